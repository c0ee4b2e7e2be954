// Tensor names of other programs by pattern.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mien {

/// What becomes of the tensors whose names a pattern fits.
struct NameRule {
  enum class Kind {
    kTake,
    kHead,   ///< of the last layer: taken where its classes are known
    kLeave,  ///< belongs to something that is not used here
  };

  /// '#' stands for a number, '*' for the rest of a part between dots. With a dot at its end the
  /// pattern is a name's beginning, else the whole name.
  std::string from;
  std::string to;  ///< name here; '#' and '*' are what they were in `from`, one after the other
  Kind kind = Kind::kTake;
  int part = 0;   ///< place among several that become one tensor here ..
  int parts = 1;  ///< .. and how many these are
};

/// Taken under the name that it has.
NameRule kept(std::string pattern);
NameRule of_head(std::string from, std::string to);
NameRule left_out(std::string pattern);

/// The name here of one that the rule's pattern fits ("" of a rule that leaves it), else nothing.
std::optional<std::string> renamed(const NameRule& rule, std::string_view name);
/// The other way: the foreign name of a tensor here. Nothing where the rule leads to no such name,
/// or to one of several.
std::optional<std::string> foreign_name(const NameRule& rule, std::string_view name);

}  // namespace mien
