// PyTorch's .pth in both forms: a zip with a pickle and a file a storage (since 1.6; TorchScript's
// archives too), or a stream of pickles with the storages behind them. The pickles are read as
// data; see pth/pickle.h.
#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "mien/error.h"
#include "mien/nn/pth/file_parts.h"
#include "mien/nn/pth/pickle.h"
#include "mien/nn/pth/tensor_builder.h"
#include "mien/nn/pth/zip_directory.h"
#include "mien/nn/weights.h"

namespace mien {
namespace {

using Kind = PickleValue::Kind;

constexpr std::uint64_t kLargestPickle = 64u << 20;
constexpr std::uint64_t kFirstRead = 1u << 20;
constexpr std::uint64_t kGrowth = 8;
constexpr std::uint64_t kCountBytes = 8;
constexpr std::string_view kStreamMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
constexpr std::int64_t kStreamVersion = 1001;
constexpr std::size_t kMostDicts = 64;  // each may be the same one

/// The dict that holds the tensors: the root, or one under the names that training programs use.
const PickleValue& state_dict_of(const Pickle& pickle, const std::string& file) {
  for (const char* key : {"model", "state_dict", "model_state_dict"}) {
    const PickleValue* inner = pickle.find(pickle.root(), key);
    if (inner != nullptr && inner->kind == Kind::kDict) return *inner;
  }
  if (pickle.root().kind != Kind::kDict) throw DataError(file, "holds no state dict");
  return pickle.root();
}

/// The tensors of a dict by their names in it.
std::map<std::string, at::Tensor> tensors_of(const Pickle& pickle,
                                             const PickleValue& dict,
                                             TensorBuilder& builder,
                                             const std::string& file) {
  std::map<std::string, at::Tensor> tensors;
  for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
    const PickleValue& name = pickle.at(dict.items[i]);
    const PickleValue& value = pickle.at(dict.items[i + 1]);
    if (value.kind != Kind::kTensor) continue;  // an epoch, a score
    if (name.kind != Kind::kText) throw DataError(file, "a tensor has no name");
    tensors[name.text] = builder.tensor(name.text, value);
  }
  return tensors;
}

/// Collects the tensors of a TorchScript module and of those below it, by dotted names.
class ScriptTensors {
 public:
  ScriptTensors(const Pickle& pickle, TensorBuilder& builder, const std::string& file)
      : pickle_(pickle), builder_(builder), file_(file) {}

  std::map<std::string, at::Tensor> of(const PickleValue& root) {
    for (const PickleValue& value : pickle_.values()) most_ += kPlaces * value.items.size();
    add(root, "", 0);
    return std::move(tensors_);
  }

 private:
  void add(const PickleValue& module, const std::string& prefix, int depth) {
    constexpr int kDeepest = 64;
    if (module.items.empty()) return;
    const std::vector<PickleIndex>& attributes = pickle_.at(module.items.front()).items;
    // A module may stand in several places; in a circle, or shared on every level, it has no end.
    seen_ += 1 + attributes.size();
    if (depth > kDeepest || seen_ > most_) {
      throw DataError(file_, "its modules hold each other without an end");
    }
    for (std::size_t i = 0; i + 1 < attributes.size(); i += 2) {
      const std::string name = prefix + attribute_name(pickle_.at(attributes[i]), prefix);
      const PickleValue& value = pickle_.at(attributes[i + 1]);
      if (value.kind == Kind::kTensor) tensors_[name] = builder_.tensor(name, value);
      if (value.kind == Kind::kModule) add(value, name + ".", depth + 1);
    }
  }

  const std::string& attribute_name(const PickleValue& key, const std::string& prefix) const {
    constexpr std::size_t kLongest = 1000;
    if (key.kind != Kind::kText) throw DataError(file_, "an attribute of a module has no name");
    if (prefix.size() + key.text.size() > kLongest) {
      throw DataError(file_, "an attribute of a module has a name that is too long");
    }
    return key.text;
  }

  static constexpr std::size_t kPlaces = 4;  ///< in which a module stands, on average at most
  const Pickle& pickle_;
  TensorBuilder& builder_;
  const std::string& file_;
  std::size_t most_ = 0;  ///< entries that may be looked at
  std::size_t seen_ = 0;
  std::map<std::string, at::Tensor> tensors_;
};

/// The name within a view, without the wrappers of CoTEX's program.
std::string name_in_view(std::string_view name) {
  for (const std::string_view wrapper : {"module.", "vit."}) {
    if (name.starts_with(wrapper)) name.remove_prefix(wrapper.size());
  }
  return std::string(name);
}

/// A list of state dicts, as CoTEX's program writes them: an entry a view, named v0., v1., ..
const PickleValue* views_of(const Pickle& pickle) {
  const PickleValue* views =
      pickle.root().kind == Kind::kDict ? pickle.find(pickle.root(), "state_dicts") : nullptr;
  return views != nullptr && views->kind == Kind::kList ? views : nullptr;
}

StateDict build_state(const Pickle& pickle, TensorBuilder& builder, const std::string& file) {
  StateDict state;
  if (const PickleValue* views = views_of(pickle)) {
    if (views->items.size() > kMostDicts) throw DataError(file, "holds too many state dicts");
    for (std::size_t view = 0; view < views->items.size(); ++view) {
      const PickleValue& dict = pickle.at(views->items[view]);
      if (dict.kind != Kind::kDict) throw DataError(file, "state_dicts holds what is no dict");
      for (const auto& [name, tensor] : tensors_of(pickle, dict, builder, file)) {
        state.tensors["v" + std::to_string(view) + "." + name_in_view(name)] = tensor;
      }
    }
  } else if (pickle.root().kind == Kind::kModule) {
    state.tensors = ScriptTensors(pickle, builder, file).of(pickle.root());
  } else {
    state.tensors = tensors_of(pickle, state_dict_of(pickle, file), builder, file);
  }
  if (state.tensors.empty()) throw DataError(file, "holds no tensors");
  return state;
}

StateDict read_zip_form(FileParts& parts) {
  const auto entries = read_zip_directory(parts);
  const std::string pickle_name = "/data.pkl";
  std::string folder;
  for (const auto& [name, entry] : entries) {
    const std::size_t slash = name.find('/');
    if (slash != std::string::npos && name.substr(slash) == pickle_name)
      folder = name.substr(0, slash);
  }
  if (folder.empty())
    throw DataError(parts.name(), "is a zip archive without data.pkl: no .pth file");
  const ZipEntry place = entries.at(folder + pickle_name);
  if (place.size > kLargestPickle) throw DataError(parts.name(), "its pickle is too large");
  const auto order = entries.find(folder + "/byteorder");
  if (order != entries.end() &&
      parts.text(order->second.offset, std::min<std::uint64_t>(order->second.size, 6)) !=
          "little") {
    throw DataError(parts.name(), "was written on a big-endian machine, which is not read");
  }
  std::size_t used = 0;
  const Pickle pickle = read_pickle(parts.text(place.offset, place.size), parts.name(), used);
  TensorBuilder builder(pickle, parts);
  const std::string prefix = folder + "/data/";
  for (const auto& [name, entry] : entries) {
    if (name.compare(0, prefix.size(), prefix) == 0)
      builder.place(name.substr(prefix.size()), entry);
  }
  return build_state(pickle, builder, parts.name());
}

/// The pickles of the stream form that matter, and where they end.
struct StreamPickles {
  Pickle state;
  Pickle keys;  ///< the order in which the storages follow
  std::uint64_t end = 0;
};

StreamPickles read_stream_pickles(std::string_view bytes, const std::string& file) {
  StreamPickles pickles;
  const auto next = [&] {
    std::size_t used = 0;
    Pickle pickle = read_pickle(bytes.substr(pickles.end), file, used);
    pickles.end += used;
    return pickle;
  };
  if (const Pickle magic = next(); magic.root().text != kStreamMagic) {
    throw DataError(file, "is a pickle, and none that torch.save writes");
  }
  if (const Pickle version = next(); version.root().number != kStreamVersion) {
    throw DataError(file, "is of another version of PyTorch's format than 1001");
  }
  const Pickle machine = next();
  const PickleValue* little = machine.find(machine.root(), "little_endian");
  if (little != nullptr && little->number == 0) {
    throw DataError(file, "was written on a big-endian machine, which is not read");
  }
  pickles.state = next();
  pickles.keys = next();
  return pickles;
}

/// Reads the pickles from as much of the file's start as they need; nothing says how long they are.
StreamPickles read_stream_start(FileParts& parts) {
  for (std::uint64_t size = kFirstRead;; size *= kGrowth) {
    const bool last = size >= std::min(parts.size(), kLargestPickle);
    const std::string start = parts.text(0, std::min(size, parts.size()));
    try {
      return read_stream_pickles(start, parts.name());
    } catch (const DataError&) {
      if (last) throw;
    }
  }
}

/// Places the storages, which follow one another: a count of elements, then these.
void place_storages(const StreamPickles& pickles, FileParts& parts, TensorBuilder& builder) {
  std::map<std::string, StorageName> storages;
  for (const PickleValue& value : pickles.state.values()) {
    if (value.kind != Kind::kPersistent) continue;
    const StorageName storage = builder.storage_name(value);
    storages[storage.key] = storage;
  }
  std::uint64_t at = pickles.end;
  for (const PickleIndex index : pickles.keys.root().items) {
    const auto found = storages.find(pickles.keys.at(index).text);
    std::int64_t count = 0;
    parts.read(at, &count, kCountBytes);
    if (found == storages.end() || found->second.count != count) {
      throw DataError(parts.name(),
                      "byte " + std::to_string(at) + ": a storage is not as the pickle says");
    }
    const std::uint64_t element = c10::elementSize(found->second.type);
    if (static_cast<std::uint64_t>(count) > parts.size() / element) {
      throw DataError(parts.name(), "storage '" + found->first + "' is larger than the file");
    }
    const std::uint64_t bytes = static_cast<std::uint64_t>(count) * element;
    builder.place(found->first, {at + kCountBytes, bytes});
    at += kCountBytes + bytes;
  }
}

StateDict read_stream_form(FileParts& parts) {
  const StreamPickles pickles = read_stream_start(parts);
  TensorBuilder builder(pickles.state, parts);
  place_storages(pickles, parts, builder);
  return build_state(pickles.state, builder, parts.name());
}

}  // namespace

StateDict read_pth(const std::filesystem::path& file) {
  FileParts parts(file);
  if (parts.size() < 2) throw DataError(parts.name(), "is too short for a .pth file");
  return parts.text(0, 2) == "PK" ? read_zip_form(parts) : read_stream_form(parts);
}

}  // namespace mien
