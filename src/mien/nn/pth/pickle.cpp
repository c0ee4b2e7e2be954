#include "mien/nn/pth/pickle.h"

#include <algorithm>
#include <bit>

#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/pth/allowed_globals.h"
#include "mien/nn/pth/pickle_reader.h"

namespace mien {
namespace {

// A value that a file made once may be used again for a byte or two, so whatever is copied at each
// use is short.
constexpr std::size_t kLongestGlobal = 200;
constexpr std::size_t kMostTensorArguments = 8;

}  // namespace

Pickle PickleReader::read(std::size_t& used) {
  for (;;) {
    if (const auto code = static_cast<unsigned char>(take(1)[0]); code == '.')
      break;
    else
      step(code);
  }
  pickle_.root_ = pop();
  used = at_;
  return std::move(pickle_);
}

void PickleReader::fail(const std::string& what) const {
  throw DataError(file_, "pickle, byte " + std::to_string(at_) + ": " + what);
}

std::string_view PickleReader::take(std::uint64_t count) {
  if (count > bytes_.size() - at_) fail("it is cut off");
  const std::string_view part = bytes_.substr(at_, static_cast<std::size_t>(count));
  at_ += static_cast<std::size_t>(count);
  return part;
}

std::uint64_t PickleReader::take_number(std::size_t count) {
  std::uint64_t value = 0;
  const std::string_view part = take(count);
  for (std::size_t i = count; i-- > 0;) value = value << 8 | static_cast<unsigned char>(part[i]);
  return value;
}

std::string_view PickleReader::take_line() {
  const std::size_t end = bytes_.find('\n', at_);
  if (end == std::string_view::npos) fail("it is cut off");
  const std::string_view line = take(end - at_);
  take(1);
  return line;
}

PickleIndex PickleReader::make(PickleValue value) {
  pickle_.values_.push_back(std::move(value));
  return pickle_.values_.size() - 1;
}

void PickleReader::push_number(Kind kind, std::int64_t number) {
  PickleValue value;
  value.kind = kind;
  value.number = number;
  push(std::move(value));
}

void PickleReader::push_text(Kind kind, std::string_view text) {
  PickleValue value;
  value.kind = kind;
  value.text = text;
  push(std::move(value));
}

void PickleReader::push_items(Kind kind, std::vector<PickleIndex> items) {
  PickleValue value;
  value.kind = kind;
  value.items = std::move(items);
  push(std::move(value));
}

PickleIndex PickleReader::pop() {
  // Nothing may be taken from below the last mark.
  if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) fail("it takes from an empty stack");
  const PickleIndex top = stack_.back();
  stack_.pop_back();
  return top;
}

PickleValue& PickleReader::top() {
  if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) fail("it takes from an empty stack");
  return pickle_.values_[stack_.back()];
}

std::vector<PickleIndex> PickleReader::pop_to_mark() {
  if (marks_.empty()) fail("a mark is missing");
  const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  std::vector<PickleIndex> items(begin, stack_.end());
  stack_.erase(begin, stack_.end());
  marks_.pop_back();
  return items;
}

std::vector<PickleIndex> PickleReader::pop_count(std::size_t count) {
  std::vector<PickleIndex> items(count);
  for (std::size_t i = count; i-- > 0;) items[i] = pop();
  return items;
}

void PickleReader::append(const std::vector<PickleIndex>& items, Kind kind) {
  PickleValue& target = top();
  if (target.kind == Kind::kIgnored) return;
  if (target.kind != kind || (kind == Kind::kDict && items.size() % 2 != 0)) {
    fail("it adds items to something that holds none");
  }
  target.items.insert(target.items.end(), items.begin(), items.end());
}

void PickleReader::push_global(const std::string& name) {
  if (name.size() > kLongestGlobal || !allowed_call(name)) {
    fail("it asks for '" + name.substr(0, kLongestGlobal) +
         "', which is neither a tensor nor plain data; such a file could run any code, and is "
         "not read");
  }
  push_text(Kind::kGlobal, name);
}

void PickleReader::call() {
  const PickleIndex arguments_index = pop();
  const PickleIndex function = pop();
  const PickleValue& global = pickle_.values_[function];
  const auto allowed = allowed_call(global.text);
  if (global.kind != Kind::kGlobal || !allowed) fail("it calls something that is no function");
  const std::vector<PickleIndex>& arguments = pickle_.values_[arguments_index].items;
  switch (*allowed) {
    case Call::kDict:
      return push_items(Kind::kDict, {});
    case Call::kTensor:
      if (arguments.size() > kMostTensorArguments) fail("a tensor has too many arguments");
      return push_items(Kind::kTensor, arguments);
    case Call::kModule:
      return push_items(Kind::kModule, {});
    case Call::kIgnored:
      return push_text(Kind::kIgnored, "");
    case Call::kFirstArgument:
    case Call::kList:
      if (arguments.empty()) break;
      stack_.push_back(arguments[0]);
      return;
    case Call::kNothing:
      break;
  }
  fail("it calls '" + global.text + "' in a way that is not known");
}

void PickleReader::remember(std::uint64_t key) {
  if (stack_.empty()) fail("it takes from an empty stack");
  memo_[key] = stack_.back();
}

void PickleReader::recall(std::uint64_t key) {
  const auto found = memo_.find(key);
  if (found == memo_.end()) fail("it recalls what was never stored");
  stack_.push_back(found->second);
}

void PickleReader::push_long(std::uint64_t length) {
  const std::string_view raw = take(length);
  if (raw.size() > sizeof(std::int64_t)) return push_text(Kind::kBig, raw);
  std::uint64_t value = !raw.empty() && (raw.back() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
  for (std::size_t i = raw.size(); i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(raw[i]);
  push_number(Kind::kInteger, static_cast<std::int64_t>(value));
}

void PickleReader::push_real() {
  std::uint64_t bits = 0;
  for (const char byte : take(sizeof(double))) bits = bits << 8 | static_cast<unsigned char>(byte);
  PickleValue value;
  value.kind = Kind::kFloat;
  value.real = std::bit_cast<double>(bits);
  push(std::move(value));
}

void PickleReader::push_stack_global() {
  const std::vector<PickleIndex> parts = pop_count(2);
  const PickleValue& module = pickle_.values_[parts[0]];
  const PickleValue& name = pickle_.values_[parts[1]];
  if (module.kind != Kind::kText || name.kind != Kind::kText) fail("a global has no name");
  if (module.text.size() > kLongestGlobal || name.text.size() > kLongestGlobal) {
    fail("a global has a name of " + std::to_string(module.text.size() + name.text.size()) +
         " characters");
  }
  push_global(module.text + "." + name.text);
}

void PickleReader::push_decimal(std::string_view line) {
  if (line == "00" || line == "01") return push_number(Kind::kBool, line[1] - '0');
  if (!line.empty() && line.back() == 'L') line.remove_suffix(1);
  const auto value = parse_integer(line);
  if (!value) fail("an integer cannot be read");
  push_number(Kind::kInteger, *value);
}

void PickleReader::build() {
  const PickleIndex state = pop();
  PickleValue& target = top();
  // The attributes of TorchScript's modules are what such a file holds; those of others are passed
  // over.
  if (target.kind == Kind::kModule && pickle_.values_[state].kind == Kind::kDict) {
    target.items = {state};
  }
}

Pickle read_pickle(std::string_view bytes, const std::string& file, std::size_t& used) {
  return PickleReader(bytes, file).read(used);
}

}  // namespace mien
