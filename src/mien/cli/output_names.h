// What the outputs of each input are called, so that none overwrites another's.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "mien/image/input_list.h"

namespace mien::cli {

/// Names below the output folder, without ending: the path below the folder that was named, or the
/// file's own name ("camera:0" is camera-0). A name that is taken gets a number: clip, clip-2; an
/// input that an earlier call named keeps its name.
class OutputNames {
 public:
  enum class Folders { kBelowOnly, kNamedToo };
  /// `named`: what the user gave, folders and files. kNamedToo: names of pictures begin with the
  /// named folder's own name ("holiday/photo"), and so with that of the folder of a picture that is
  /// named itself.
  explicit OutputNames(const std::vector<std::string>& named,
                       Folders folders = Folders::kBelowOnly);

  /// Names that earlier calls gave: file_key of the input to name.
  void remember(const std::map<std::string, std::string>& outputs);

  /// Takes a name that is not to be given to an input.
  void reserve(const std::string& name) { taken_.insert(name); }
  std::string name_of(const Input& input);

 private:
  std::string wanted(const Input& input) const;
  bool is_free(const std::string& name, const Input& input) const;

  std::vector<std::string> folders_;
  Folders begin_;
  std::set<std::string> taken_;
  std::map<std::string, std::string> known_;
  std::set<std::string> picture_folders_;  ///< first parts of pictures' names (kNamedToo)
};

}  // namespace mien::cli
