#include "mien/nn/pth/tensor_builder.h"

#include <string_view>
#include <utility>

#include <ATen/ops/as_strided.h>
#include <ATen/ops/empty.h>

#include "mien/error.h"

namespace mien {
namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t kLongestKey = 200;  // PyTorch numbers them

constexpr std::pair<std::string_view, at::ScalarType> kStorages[] = {
    {"torch.FloatStorage", at::kFloat},
    {"torch.DoubleStorage", at::kDouble},
    {"torch.HalfStorage", at::kHalf},
    {"torch.BFloat16Storage", at::kBFloat16},
    {"torch.LongStorage", at::kLong},
    {"torch.IntStorage", at::kInt},
    {"torch.ShortStorage", at::kShort},
    {"torch.CharStorage", at::kChar},
    {"torch.ByteStorage", at::kByte},
    {"torch.BoolStorage", at::kBool},
};

}  // namespace

void TensorBuilder::fail(const std::string& what) const {
  throw DataError(parts_.name(), what);
}

StorageName TensorBuilder::storage_name(const PickleValue& id) const {
  const PickleValue& tuple = pickle_.at(id.items.at(0));
  if (tuple.kind != Kind::kList || tuple.items.size() < 5 || tuple.items.size() > 6) {
    fail("a storage is named in a way that is not known");
  }
  const auto item = [&](std::size_t i) -> const PickleValue& { return pickle_.at(tuple.items[i]); };
  if (item(0).text != "storage" || item(1).kind != Kind::kGlobal || item(2).kind != Kind::kText ||
      item(2).text.size() > kLongestKey || item(4).kind != Kind::kInteger || item(4).number < 0) {
    fail("a storage is named in a way that is not known");
  }
  if (tuple.items.size() == 6 && item(5).kind != Kind::kNone) {
    fail("a storage is a view of another one, which is not read");
  }
  for (const auto& [name, type] : kStorages) {
    if (item(1).text == name) return {item(2).text, type, item(4).number};
  }
  fail("a storage has the type '" + item(1).text + "', which is not read");
}

at::Tensor TensorBuilder::tensor(const std::string& name, const PickleValue& value) {
  if (value.items.size() < 4) fail("tensor '" + name + "' is not complete");
  const PickleValue& id = pickle_.at(value.items[0]);
  const PickleValue& offset = pickle_.at(value.items[1]);
  if (id.kind != Kind::kPersistent || offset.kind != Kind::kInteger || offset.number < 0) {
    fail("tensor '" + name + "' is not complete");
  }
  const at::Tensor storage = read_storage(storage_name(id));
  const auto sizes = numbers(name, pickle_.at(value.items[2]));
  const auto strides = numbers(name, pickle_.at(value.items[3]));
  check_inside(name, storage.numel() - offset.number, sizes, strides);
  return at::as_strided(storage, sizes, strides, offset.number);
}

std::vector<std::int64_t> TensorBuilder::numbers(const std::string& name,
                                                 const PickleValue& list) const {
  constexpr std::size_t kMostSides = 32;
  if (list.items.size() > kMostSides) fail("tensor '" + name + "' has no usable shape");
  std::vector<std::int64_t> values;
  for (const PickleIndex index : list.items) {
    const PickleValue& item = pickle_.at(index);
    if (item.kind != Kind::kInteger || item.number < 0) {
      fail("tensor '" + name + "' has no usable shape");
    }
    values.push_back(item.number);
  }
  return values;
}

void TensorBuilder::check_inside(const std::string& name,
                                 std::int64_t room,
                                 const std::vector<std::int64_t>& sizes,
                                 const std::vector<std::int64_t>& strides) const {
  if (sizes.size() != strides.size()) fail("tensor '" + name + "' has no usable shape");
  for (const std::int64_t side : sizes) {
    if (side == 0) return;
  }
  std::int64_t last = 0;
  std::int64_t count = 1;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    std::int64_t reach = 0;
    if (__builtin_mul_overflow(sizes[i] - 1, strides[i], &reach) ||
        __builtin_add_overflow(last, reach, &last) ||
        __builtin_mul_overflow(count, sizes[i], &count)) {
      fail("tensor '" + name + "' is larger than its storage");
    }
  }
  if (last >= room || count > room) fail("tensor '" + name + "' is larger than its storage");
}

at::Tensor TensorBuilder::read_storage(const StorageName& storage) {
  const auto known = read_.find(storage.key);
  if (known != read_.end()) {
    if (known->second.scalar_type() != storage.type || known->second.numel() != storage.count) {
      fail("storage '" + storage.key + "' is named in two ways");
    }
    return known->second;
  }
  const auto place = places_.find(storage.key);
  if (place == places_.end()) fail("storage '" + storage.key + "' is missing");
  const std::uint64_t element = c10::elementSize(storage.type);
  if (place->second.size % element != 0 ||
      place->second.size / element != static_cast<std::uint64_t>(storage.count)) {
    fail("storage '" + storage.key + "' has " + std::to_string(place->second.size) +
         " bytes, which is not what its " + std::to_string(storage.count) + " elements take");
  }
  at::Tensor values = at::empty({storage.count}, storage.type);
  parts_.read(place->second.offset, values.data_ptr(), place->second.size);
  return read_[storage.key] = values;
}

}  // namespace mien
