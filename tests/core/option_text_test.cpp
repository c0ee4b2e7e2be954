// Values as text: what set_option takes and value_text gives.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/options.h"
#include "mien/core/random.h"
#include "mien/error.h"

#include "sample_options.h"

namespace mien {
namespace {

using test::RunSample;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OptionText : public ::testing::Test {
 protected:
  void set(const std::string& key, const std::string& text) {
    set_option(fields_of(options_), key, text);
  }
  RunSample options_;
};

TEST_F(OptionText, ReadsEachType) {
  set("resume", "true");
  set("seed", "-3");
  set("optim.layer_decay", "0.75");
  set("optim.layer_decay", "1");
  set("reduction", "sum");
  set("steps", "1,2, 3");
  set("optim.betas", "[0.5, 1]");
  EXPECT_TRUE(options_.resume);
  EXPECT_EQ(options_.seed, -3);
  EXPECT_EQ(options_.optim.layer_decay, 1.0);
  EXPECT_EQ(options_.reduction, "sum");
  EXPECT_THAT(options_.steps, ElementsAre(1, 2, 3));
  EXPECT_THAT(options_.optim.betas, ElementsAre(0.5, 1.0));
}

TEST_F(OptionText, ReadsListsOfTexts) {
  set("names", "a, b c ,d");
  EXPECT_THAT(options_.names, ElementsAre("a", "b c", "d"));
  set("names", R"(["a, b", 'c "d"', "e \"f\" \\", plain])");
  EXPECT_THAT(options_.names, ElementsAre("a, b", "c \"d\"", "e \"f\" \\", "plain"));
  set("names", "[]");
  EXPECT_THAT(options_.names, IsEmpty());
  set("names", "only");
  EXPECT_THAT(options_.names, ElementsAre("only"));
  set("names", "");
  EXPECT_THAT(options_.names, IsEmpty());
  set("names", R"([""])");
  EXPECT_THAT(options_.names, ElementsAre(""));
}

TEST_F(OptionText, RefusesBrokenLists) {
  for (const char* text : {"[a", "[\"a]", "[\"a\" b]", "[\"a\\]", "[", "'a"}) {
    EXPECT_THROW(set("names", text), OptionError) << text;
  }
  for (const char* text : {"1,,2", "1,x", "1 2", "1,2.5", "[1,"}) {
    EXPECT_THROW(set("steps", text), OptionError) << text;
  }
  EXPECT_EQ(options_, RunSample());
}

TEST_F(OptionText, ValueTextReadsBack) {
  RandomStream random(4);
  for (int round = 0; round < 500; ++round) {
    RunSample given;
    given.seed = static_cast<std::int64_t>(random());
    given.optim.layer_decay = random.uniform();
    given.optim.betas = {random.uniform(), 1e-300, 1};
    given.names.clear();
    for (std::int64_t n = random.below(4); n > 0; --n) {
      given.names.push_back(test::random_text(random));
    }
    options_ = {};
    const Fields fields = fields_of(given);
    for (const Field& field : fields.fields()) set(field.key, value_text(field.value));
    EXPECT_EQ(options_, given) << value_text(&given.names);
  }
}

}  // namespace
}  // namespace mien
