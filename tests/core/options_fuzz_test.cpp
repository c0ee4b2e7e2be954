// Foreign bytes into every reader of options: whatever comes, either it is read or a mien::Error
// says why not. Half of the tries are valid text with a few bytes changed, which gets further than
// noise.
#include <string>

#include <gtest/gtest.h>

#include "mien/core/options.h"
#include "mien/core/random.h"
#include "mien/error.h"

#include "sample_options.h"

namespace mien {
namespace {

using test::random_text;
using test::RunSample;

std::string noise(RandomStream& random) {
  std::string text;
  for (std::int64_t n = random.below(80); n > 0; --n) text += static_cast<char>(random.below(256));
  return text;
}

std::string damaged(std::string text, RandomStream& random) {
  for (std::int64_t n = 1 + random.below(4); n > 0 && !text.empty(); --n) {
    const auto at = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(text.size())));
    switch (random.below(4)) {
      case 0:
        text[at] = static_cast<char>(random.below(256));
        break;
      case 1:
        text.erase(at, 1 + static_cast<std::size_t>(random.below(9)));
        break;
      case 2:
        text.insert(at, random_text(random));
        break;
      default:
        text.insert(at, text.substr(at / 2, at - at / 2));
        break;
    }
  }
  return text;
}

/// How many of the tries were read without an error.
template <typename Read>
int try_often(const std::string& valid, int tries, Read read) {
  int accepted = 0;
  for (int i = 0; i < tries; ++i) {
    RandomStream random({1, static_cast<std::uint64_t>(i)});
    const std::string text = i % 2 == 0 ? damaged(valid, random) : noise(random);
    RunSample options;
    try {
      read(fields_of(options), text);
      ++accepted;
    } catch (const Error& refusal) {
      EXPECT_STRNE(refusal.what(), "");
    }
  }
  return accepted;
}

RunSample full_sample() {
  RunSample options;
  options.steps = {1, 2};
  options.data.sets = {{"some/path", 0.5, {"x y"}}, {}};
  return options;
}

TEST(OptionsFuzz, TomlIsReadOrRefused) {
  RunSample options = full_sample();
  const int accepted = try_often(
      to_toml(fields_of(options), true), 6000, [](const Fields& fields, const std::string& text) {
        read_toml_text(fields, text, "fuzz");
      });
  EXPECT_GT(accepted, 0);
  EXPECT_LT(accepted, 6000);
}

TEST(OptionsFuzz, JsonIsReadOrRefused) {
  RunSample options = full_sample();
  const int accepted = try_often(
      to_json(fields_of(options)), 6000, [](const Fields& fields, const std::string& text) {
        read_json(fields, text, "fuzz");
      });
  EXPECT_GT(accepted, 0);
  EXPECT_LT(accepted, 6000);
}

TEST(OptionsFuzz, TextIsReadOrRefused) {
  for (const char* key : {"seed", "resume", "steps", "names", "optim.betas", "data.sets.0.tags"}) {
    try_often(
        R"(["a, b", 'c', 1, 2.5, true])", 1000, [&](const Fields& fields, const std::string& text) {
          set_option(fields, key, text);
        });
  }
  const int accepted =
      try_often("data.sets.0.path", 6000, [](const Fields& fields, const std::string& key) {
        set_option(fields, key, "x");
      });
  EXPECT_LT(accepted, 6000);
}

}  // namespace
}  // namespace mien
