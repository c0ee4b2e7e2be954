// The instructions of a pickle.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "mien/nn/pth/pickle_reader.h"

namespace mien {

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
      build();
      break;
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

}  // namespace mien
