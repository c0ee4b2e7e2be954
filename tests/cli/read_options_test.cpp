#include "mien/cli/read_options.h"

#include <cstdint>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "reading_parts.h"
#include "thrown.h"

namespace mien::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(ReadOptions, AreSetByTheirKeys) {
  ReadOptions options;
  const Fields fields = fields_of(options);
  set_option(fields, "format", "abaw");
  set_option(fields, "min_face", "33");
  set_option(fields, "detect_every", "5");
  set_option(fields, "smooth", "0.25");
  set_option(fields, "resting.frames", "7");
  EXPECT_EQ(options.format, "abaw");
  EXPECT_EQ(options.analyser.faces.min_face, 33);
  EXPECT_EQ(options.video.detect_every, 5);
  EXPECT_EQ(options.video.smoothing.seconds, 0.25);
  EXPECT_EQ(options.resting.frames, 7);
  EXPECT_THROW(set_option(fields, "format", "xml"), OptionError);
  EXPECT_THROW(set_option(fields, "resting.rest", "0"), OptionError);
  EXPECT_EQ(options.format, "abaw");
}

/// Another value of any option.
struct Change {
  void operator()(bool* value) const { *value = !*value; }
  void operator()(std::int64_t* value) const { ++*value; }
  void operator()(double* value) const { *value += 0.25; }
  void operator()(std::string* value) const { *value += "x"; }
  template <typename Item>
  void operator()(std::vector<Item>* value) const {
    value->emplace_back();
  }
};

class OutputIdentity : public testing::Test {
 protected:
  OutputIdentity() { options_.analyser.model.push_back(file("a.safetensors")); }
  std::string file(const std::string& name, const std::string& bytes = "weights") const {
    return folder_.write(name, bytes).string();
  }
  std::string identity() const { return output_identity(options_); }

  test::TempFolder folder_;
  ReadOptions options_;
};

TEST_F(OutputIdentity, EveryOptionCountsButWhereItIsDoneAndHowFast) {
  const std::set<std::string> aside = {"output", "recursive", "show", "threads", "batch", "device"};
  const std::string before = identity();
  std::set<std::string> seen;
  const Fields fields = fields_of(options_);
  for (const Field& field : fields.fields()) {
    if (field.key == "model") continue;  // by its file, see below
    ReadOptions other = options_;
    const Fields others = fields_of(other);
    std::visit(Change(), others.find(field.key)->value);
    EXPECT_EQ(output_identity(other) == before, aside.contains(field.key)) << field.key;
    seen.insert(field.key);
  }
  for (const std::string& key : aside) EXPECT_TRUE(seen.contains(key)) << key;
}

TEST_F(OutputIdentity, WeightsCountByTheirFiles) {
  const std::string before = identity();
  file("a.safetensors", "other weights");
  const std::string other = identity();
  EXPECT_NE(other, before);
  const std::string first = options_.analyser.model.front();
  const std::string second = file("b.safetensors");
  options_.analyser.model = {first, second};
  const std::string both = identity();
  EXPECT_NE(both, other);
  options_.analyser.model = {second, first};
  EXPECT_NE(identity(), both);
}

TEST_F(OutputIdentity, ARunStandsForItsBestWeights) {
  options_.analyser.model = {file("run/best.safetensors")};
  const std::string by_file = identity();
  options_.analyser.model = {(folder_ / "run").string()};
  EXPECT_EQ(identity(), by_file);
}

TEST_F(OutputIdentity, ADetectorsFileCountsToo) {
  options_.analyser.detector = file("yunet.onnx", "a network");
  const std::string before = identity();
  EXPECT_EQ(identity(), before);
  file("yunet.onnx", "another network");
  EXPECT_NE(identity(), before);
}

TEST_F(OutputIdentity, MissingWeightsAreNamed) {
  options_.analyser.model = {(folder_ / "gone.safetensors").string()};
  EXPECT_THAT(test::thrown([&] { identity(); }),
              AllOf(StartsWith("3 "), HasSubstr("gone.safetensors"), HasSubstr("no such file")));
}

TEST(WorkingFormat, IsOneThatCanBeReadBack) {
  EXPECT_EQ(working_format(RowFormat::kCsv), RowFormat::kCsv);
  EXPECT_EQ(working_format(RowFormat::kJsonl), RowFormat::kJsonl);
  EXPECT_EQ(working_format(RowFormat::kAbaw), RowFormat::kCsv);
}

TEST(ReadContext, TellsRowsAndDrawingsWhatTheNetworkGives) {
  const test::TempFolder folder;
  test::SmallWeights small;
  small.thresholds = {0.25, 0.75};
  const test::ReadingParts parts(folder, small);
  const RowOptions rows = parts.context.rows(RowFormat::kJsonl, RowReadings::kRawAndAdjusted);
  EXPECT_EQ(rows.format, RowFormat::kJsonl);
  EXPECT_EQ(rows.readings, RowReadings::kRawAndAdjusted);
  EXPECT_EQ(rows.vocabulary, small.vocabulary);
  EXPECT_EQ(rows.thresholds, small.thresholds);
  EXPECT_EQ(parts.context.overlay().vocabulary, small.vocabulary);
  EXPECT_EQ(parts.context.overlay().thresholds, small.thresholds);
}

}  // namespace
}  // namespace mien::cli
