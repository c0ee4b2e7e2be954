#include "mien/nn/pth/pickle.h"

namespace mien {

const PickleValue* Pickle::find(const PickleValue& dict, std::string_view key) const {
  if (dict.kind != PickleValue::Kind::kDict) return nullptr;
  for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
    const PickleValue& name = at(dict.items[i]);
    if (name.kind == PickleValue::Kind::kText && name.text == key) return &at(dict.items[i + 1]);
  }
  return nullptr;
}

}  // namespace mien
