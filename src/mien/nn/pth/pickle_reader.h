// Reads a pickle instruction by instruction; what read_pickle is made of.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mien/nn/pth/pickle.h"

namespace mien {

/// The machine that a pickle is a program for. Every instruction makes at most one value, and
/// pushes at most one.
class PickleReader {
 public:
  PickleReader(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}
  Pickle read(std::size_t& used);

 private:
  using Kind = PickleValue::Kind;

  [[noreturn]] void fail(const std::string& what) const;

  std::string_view take(std::uint64_t count);
  /// An unsigned integer of `count` bytes, least significant first.
  std::uint64_t take_number(std::size_t count);
  std::string_view take_line();

  PickleIndex make(PickleValue value);
  void push(PickleValue value) { stack_.push_back(make(std::move(value))); }
  void push_number(Kind kind, std::int64_t number);
  void push_text(Kind kind, std::string_view text);
  void push_items(Kind kind, std::vector<PickleIndex> items);
  void push_long(std::uint64_t length);
  void push_real();
  void push_decimal(std::string_view line);
  void push_global(const std::string& name);
  void push_stack_global();

  PickleIndex pop();
  PickleValue& top();
  std::vector<PickleIndex> pop_to_mark();
  std::vector<PickleIndex> pop_count(std::size_t count);

  void append(const std::vector<PickleIndex>& items, Kind kind);
  void call();
  void build();
  void remember(std::uint64_t key);
  void recall(std::uint64_t key);

  void step(unsigned char code);
  bool step_scalar(unsigned char code);
  bool step_container(unsigned char code);
  bool step_global(unsigned char code);
  bool step_stack(unsigned char code);

  std::string_view bytes_;
  const std::string& file_;
  std::size_t at_ = 0;
  Pickle pickle_;
  std::vector<PickleIndex> stack_;
  std::vector<std::size_t> marks_;
  std::map<std::uint64_t, PickleIndex> memo_;
};

}  // namespace mien
