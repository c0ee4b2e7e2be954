// Tensors from what a pickle says of them and the storages that lie elsewhere in the file.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "mien/nn/pth/file_parts.h"
#include "mien/nn/pth/pickle.h"
#include "mien/nn/pth/zip_directory.h"

namespace mien {

/// A storage as a pickle names it.
struct StorageName {
  std::string key;
  at::ScalarType type = at::kFloat;
  std::int64_t count = 0;  ///< elements
};

/// Each storage is read once, and tensors are views of it, so memory stays near the file's size
/// whatever the pickle says. Throws DataError naming the tensor or storage.
class TensorBuilder {
 public:
  TensorBuilder(const Pickle& pickle, FileParts& parts) : pickle_(pickle), parts_(parts) {}

  /// Says where the elements of a storage lie and how many bytes they take.
  void place(const std::string& key, const ZipEntry& entry) { places_[key] = entry; }

  /// A persistent id ('storage', torch.XStorage, key, device, count[, None]).
  StorageName storage_name(const PickleValue& id) const;
  /// A value of kind kTensor.
  at::Tensor tensor(const std::string& name, const PickleValue& value);

 private:
  [[noreturn]] void fail(const std::string& what) const;
  std::vector<std::int64_t> numbers(const std::string& name, const PickleValue& list) const;
  void check_inside(const std::string& name,
                    std::int64_t room,
                    const std::vector<std::int64_t>& sizes,
                    const std::vector<std::int64_t>& strides) const;
  at::Tensor read_storage(const StorageName& storage);

  const Pickle& pickle_;
  FileParts& parts_;
  std::map<std::string, ZipEntry> places_;
  std::map<std::string, at::Tensor> read_;
};

}  // namespace mien
