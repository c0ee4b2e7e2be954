#include "mien/nn/pth/pickle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>

#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/pth/allowed_globals.h"

namespace mien {
namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t kLongestGlobal = 200;

}  // namespace

/// The machine that a pickle is a program for. Every instruction makes at most one value, and
/// pushes at most one.
class PickleReader {
 public:
  PickleReader(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  Pickle read(std::size_t& used) {
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

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw DataError(file_, "pickle, byte " + std::to_string(at_) + ": " + what);
  }

  std::string_view take(std::uint64_t count) {
    if (count > bytes_.size() - at_) fail("it is cut off");
    const std::string_view part = bytes_.substr(at_, static_cast<std::size_t>(count));
    at_ += static_cast<std::size_t>(count);
    return part;
  }

  /// An unsigned integer of `count` bytes, least significant first.
  std::uint64_t take_number(std::size_t count) {
    std::uint64_t value = 0;
    const std::string_view part = take(count);
    for (std::size_t i = count; i-- > 0;) value = value << 8 | static_cast<unsigned char>(part[i]);
    return value;
  }

  std::string_view take_line() {
    const std::size_t end = bytes_.find('\n', at_);
    if (end == std::string_view::npos) fail("it is cut off");
    const std::string_view line = take(end - at_);
    take(1);
    return line;
  }

  PickleIndex make(PickleValue value) {
    pickle_.values_.push_back(std::move(value));
    return pickle_.values_.size() - 1;
  }
  void push(PickleValue value) { stack_.push_back(make(std::move(value))); }
  void push_number(Kind kind, std::int64_t number) {
    PickleValue value;
    value.kind = kind;
    value.number = number;
    push(std::move(value));
  }
  void push_text(Kind kind, std::string_view text) {
    PickleValue value;
    value.kind = kind;
    value.text = text;
    push(std::move(value));
  }
  void push_items(Kind kind, std::vector<PickleIndex> items) {
    PickleValue value;
    value.kind = kind;
    value.items = std::move(items);
    push(std::move(value));
  }

  PickleIndex pop() {
    // Nothing may be taken from below the last mark.
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) fail("it takes from an empty stack");
    const PickleIndex top = stack_.back();
    stack_.pop_back();
    return top;
  }
  PickleValue& top() {
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) fail("it takes from an empty stack");
    return pickle_.values_[stack_.back()];
  }
  std::vector<PickleIndex> pop_to_mark() {
    if (marks_.empty()) fail("a mark is missing");
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<PickleIndex> items(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    marks_.pop_back();
    return items;
  }
  std::vector<PickleIndex> pop_count(std::size_t count) {
    std::vector<PickleIndex> items(count);
    for (std::size_t i = count; i-- > 0;) items[i] = pop();
    return items;
  }

  void append(const std::vector<PickleIndex>& items, Kind kind) {
    PickleValue& target = top();
    if (target.kind == Kind::kIgnored) return;
    if (target.kind != kind || (kind == Kind::kDict && items.size() % 2 != 0)) {
      fail("it adds items to something that holds none");
    }
    target.items.insert(target.items.end(), items.begin(), items.end());
  }

  void push_global(const std::string& name) {
    if (!allowed_call(name)) {
      fail("it asks for '" + name.substr(0, kLongestGlobal) +
           "', which is neither a tensor nor plain data; such a file could run any code, and is "
           "not read");
    }
    push_text(Kind::kGlobal, name);
  }

  void call() {
    const PickleIndex arguments_index = pop();
    const PickleIndex function = pop();
    const PickleValue& global = pickle_.values_[function];
    const auto allowed = allowed_call(global.text);
    if (global.kind != Kind::kGlobal || !allowed) fail("it calls something that is no function");
    std::vector<PickleIndex> arguments = pickle_.values_[arguments_index].items;
    switch (*allowed) {
      case Call::kDict:
        return push_items(Kind::kDict, {});
      case Call::kTensor:
        return push_items(Kind::kTensor, std::move(arguments));
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

  void remember(std::uint64_t key) {
    if (stack_.empty()) fail("it takes from an empty stack");
    memo_[key] = stack_.back();
  }
  void recall(std::uint64_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) fail("it recalls what was never stored");
    stack_.push_back(found->second);
  }

  void push_long(std::uint64_t length) {
    const std::string_view raw = take(length);
    if (raw.size() > sizeof(std::int64_t)) return push_text(Kind::kBig, raw);
    std::uint64_t value = !raw.empty() && (raw.back() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (std::size_t i = raw.size(); i-- > 0;)
      value = value << 8 | static_cast<unsigned char>(raw[i]);
    push_number(Kind::kInteger, static_cast<std::int64_t>(value));
  }

  void push_real() {
    std::uint64_t bits = 0;
    for (const char byte : take(sizeof(double)))
      bits = bits << 8 | static_cast<unsigned char>(byte);
    PickleValue value;
    value.kind = Kind::kFloat;
    value.real = std::bit_cast<double>(bits);
    push(std::move(value));
  }

  void push_stack_global() {
    const std::vector<PickleIndex> parts = pop_count(2);
    const PickleValue& module = pickle_.values_[parts[0]];
    const PickleValue& name = pickle_.values_[parts[1]];
    if (module.kind != Kind::kText || name.kind != Kind::kText) fail("a global has no name");
    push_global(module.text + "." + name.text);
  }

  void push_decimal(std::string_view line) {
    if (line == "00" || line == "01") return push_number(Kind::kBool, line[1] - '0');
    if (!line.empty() && line.back() == 'L') line.remove_suffix(1);
    const auto value = parse_integer(line);
    if (!value) fail("an integer cannot be read");
    push_number(Kind::kInteger, *value);
  }

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

bool PickleReader::step_scalar(unsigned char code) {
  switch (code) {
    case 'N':
      push(PickleValue());
      break;
    case 0x88:
      push_number(Kind::kBool, 1);
      break;
    case 0x89:
      push_number(Kind::kBool, 0);
      break;
    case 'I':
    case 'L':
      push_decimal(take_line());
      break;
    case 'J':
      push_number(Kind::kInteger, static_cast<std::int32_t>(take_number(4)));
      break;
    case 'K':
      push_number(Kind::kInteger, static_cast<std::int64_t>(take_number(1)));
      break;
    case 'M':
      push_number(Kind::kInteger, static_cast<std::int64_t>(take_number(2)));
      break;
    case 0x8a:
      push_long(take_number(1));
      break;
    case 0x8b:
      push_long(take_number(4));
      break;
    case 'G':
      push_real();
      break;
    case 'U':
    case 'C':
    case 0x8c:
      push_text(Kind::kText, take(take_number(1)));
      break;
    case 'T':
    case 'B':
    case 'X':
      push_text(Kind::kText, take(take_number(4)));
      break;
    case 0x8d:
    case 0x8e:
      push_text(Kind::kText, take(take_number(8)));
      break;
    default:
      return false;
  }
  return true;
}

bool PickleReader::step_container(unsigned char code) {
  switch (code) {
    case ')':
    case ']':
    case 0x8f:
      push_items(Kind::kList, {});
      break;
    case '}':
      push_items(Kind::kDict, {});
      break;
    case 't':
    case 'l':
      push_items(Kind::kList, pop_to_mark());
      break;
    case 'd': {
      std::vector<PickleIndex> items = pop_to_mark();
      if (items.size() % 2 != 0) fail("a key has no value");
      push_items(Kind::kDict, std::move(items));
      break;
    }
    case 0x85:
      push_items(Kind::kList, pop_count(1));
      break;
    case 0x86:
      push_items(Kind::kList, pop_count(2));
      break;
    case 0x87:
      push_items(Kind::kList, pop_count(3));
      break;
    case 'a':
      append(pop_count(1), Kind::kList);
      break;
    case 'e':
    case 0x90:
      append(pop_to_mark(), Kind::kList);
      break;
    case 's':
      append(pop_count(2), Kind::kDict);
      break;
    case 'u':
      append(pop_to_mark(), Kind::kDict);
      break;
    default:
      return false;
  }
  return true;
}

bool PickleReader::step_global(unsigned char code) {
  switch (code) {
    case 'Q':
      push_items(Kind::kPersistent, pop_count(1));
      break;
    case 'c': {
      const std::string module(take_line());
      push_global(module + "." + std::string(take_line()));
      break;
    }
    case 0x93:
      push_stack_global();
      break;
    case 'R':
    case 0x81:
      call();
      break;
    default:
      return false;
  }
  return true;
}

bool PickleReader::step_stack(unsigned char code) {
  switch (code) {
    case 0x80:
      take(1);
      break;  // the protocol's number
    case 0x95:
      take(8);
      break;  // a frame's length
    case '(':
      marks_.push_back(stack_.size());
      break;
    case '0':
      pop();
      break;
    case '1':
      pop_to_mark();
      break;
    case '2':
      top();
      stack_.push_back(stack_.back());
      break;
    case 'q':
      remember(take_number(1));
      break;
    case 'r':
      remember(take_number(4));
      break;
    case 0x94:
      remember(memo_.size());
      break;
    case 'h':
      recall(take_number(1));
      break;
    case 'j':
      recall(take_number(4));
      break;
    case 'b':
      pop();
      break;  // attributes of an object: passed over
    default:
      return false;
  }
  return true;
}

void PickleReader::step(unsigned char code) {
  if (step_scalar(code) || step_container(code)) return;
  if (step_global(code) || step_stack(code)) return;
  constexpr char kDigits[] = "0123456789abcdef";
  fail(std::string("instruction 0x") + kDigits[code >> 4] + kDigits[code & 15] + " is not known");
}

Pickle read_pickle(std::string_view bytes, const std::string& file, std::size_t& used) {
  return PickleReader(bytes, file).read(used);
}

}  // namespace mien
