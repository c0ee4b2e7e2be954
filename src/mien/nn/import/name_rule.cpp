#include "mien/nn/import/name_rule.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

namespace mien {
namespace {

bool is_digit(char character) {
  return character >= '0' && character <= '9';
}

/// How many characters of `rest` a wildcard takes.
std::size_t taken_by(char wildcard, std::string_view rest) {
  std::size_t count = 0;
  while (count < rest.size() && (wildcard == '#' ? is_digit(rest[count]) : rest[count] != '.')) {
    ++count;
  }
  return count;
}

/// The wildcards of a pattern, in their order.
std::string wildcards_of(std::string_view pattern) {
  std::string wildcards;
  std::copy_if(pattern.begin(), pattern.end(), std::back_inserter(wildcards), [](char character) {
    return character == '#' || character == '*';
  });
  return wildcards;
}

}  // namespace

NameRule kept(std::string pattern) {
  NameRule rule;
  rule.from = pattern;
  rule.to = std::move(pattern);
  return rule;
}

NameRule of_head(std::string from, std::string to) {
  return {std::move(from), std::move(to), NameRule::Kind::kHead};
}

NameRule left_out(std::string pattern) {
  return {std::move(pattern), "", NameRule::Kind::kLeave};
}

std::optional<std::string> renamed(const NameRule& rule, std::string_view name) {
  std::vector<std::string_view> wildcards;
  std::string_view rest = name;
  for (const char expected : rule.from) {
    std::size_t count = 1;
    if (expected == '#' || expected == '*') {
      count = taken_by(expected, rest);
      wildcards.push_back(rest.substr(0, count));
    } else if (rest.empty() || rest.front() != expected) {
      return std::nullopt;
    }
    if (count == 0) return std::nullopt;
    rest.remove_prefix(count);
  }
  const bool beginning = rule.from.back() == '.';
  if (rest.empty() == beginning) return std::nullopt;
  if (rule.kind == NameRule::Kind::kLeave) return "";
  std::string result;
  std::size_t next = 0;
  for (const char character : rule.to) {
    if (character == '#' || character == '*') {
      result += wildcards.at(next++);
    } else {
      result += character;
    }
  }
  return result.append(rest);
}

std::optional<std::string> foreign_name(const NameRule& rule, std::string_view name) {
  const bool one_to_one = wildcards_of(rule.from) == wildcards_of(rule.to);
  if (rule.kind == NameRule::Kind::kLeave || !one_to_one) return std::nullopt;
  return renamed({rule.to, rule.from}, name);
}

}  // namespace mien
