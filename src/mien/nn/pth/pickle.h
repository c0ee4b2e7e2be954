// The data of a pickle, read without running anything: containers, numbers, strings and the few
// calls by which PyTorch writes tensors. Any other global is an error that names it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mien {

/// A value by its place in a Pickle; values may be shared, and a hostile file may make them
/// circular.
using PickleIndex = std::size_t;

struct PickleValue {
  enum class Kind {
    kNone,
    kBool,        ///< number
    kInteger,     ///< number
    kBig,         ///< text: the bytes of an integer too large for int64, least significant first
    kFloat,       ///< real
    kText,        ///< text (also bytes)
    kList,        ///< items (also tuples and sets)
    kDict,        ///< items: key, value, key, value ...
    kModule,      ///< a module of TorchScript; items[0]: the dict of its attributes, if it has any
    kGlobal,      ///< text: "module.name", one of those allowed
    kPersistent,  ///< items[0]: the tuple that stands for something outside the pickle (a storage)
    kTensor,      ///< items: the arguments of _rebuild_tensor_v2, few
    kIgnored,     ///< an object of no use to us whose contents were passed over
  };
  Kind kind = Kind::kNone;
  std::int64_t number = 0;
  double real = 0;
  std::string text;
  std::vector<PickleIndex> items;
};

/// All values of one pickle.
class Pickle {
 public:
  const PickleValue& at(PickleIndex index) const { return values_.at(index); }
  const std::vector<PickleValue>& values() const { return values_; }
  const PickleValue& root() const { return values_.at(root_); }
  PickleIndex root_index() const { return root_; }
  /// The value of a text key in a dict, or nullptr.
  const PickleValue* find(const PickleValue& dict, std::string_view key) const;

 private:
  friend class PickleReader;
  std::vector<PickleValue> values_;
  PickleIndex root_ = 0;
};

/// Reads one pickle (protocols 0 to 5, as far as PyTorch writes them) from the start of `bytes`;
/// `used` becomes its length. Memory is a small multiple of that length. Throws DataError naming
/// `file`, the offset, and any global that is not allowed.
Pickle read_pickle(std::string_view bytes, const std::string& file, std::size_t& used);

}  // namespace mien
