// Training on raters' votes and on what other networks predicted.
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/train/trainer.h"

#include "tiny_run.h"

namespace mien {
namespace {

namespace fs = std::filesystem;
using test::tiny_options;

class VotesTraining : public testing::Test {
 protected:
  VotesTraining() : set_(test::tiny_set(folder_ / "set")) {}

  /// What `mien predict` would write of every picture of the set's training part.
  void predict(const std::string& neutral, const std::string& happiness) const {
    std::string text = "input,p_neutral,p_happiness\n";
    std::vector<std::string> lines =
        test::lines_of(fs::path(set_) / "training_set_annotations.txt");
    lines.erase(lines.begin());
    for (const std::string& line : lines) {
      text += line.substr(0, line.find(',')) + "," + neutral + "," + happiness + "\n";
    }
    write_file_atomically(fs::path(set_) / "predictions.csv", text);
  }

  test::TempFolder folder_;
  std::string set_;
};

TEST_F(VotesTraining, PicturesWithPredictionsAloneAreEnough) {
  TrainOptions options = tiny_options("dan", set_ + "/cropped_aligned");
  options.data.format = "pictures";
  options.data.votes = "../predictions.csv";
  options.data.validation = "none";
  options.loss.expr = "distribution";
  predict("0.25", "0.75");
  options.loss.expr = "cross_entropy";
  EXPECT_THROW(train(options, folder_ / "classes", {}, StopFlag()), UsageError) << "none has any";
  options.loss.expr = "distribution";
  test::StopAfter stop(2);
  EXPECT_THROW(train(options, folder_ / "run", stop.events(), stop.flag()), Error);
  predict("0.75", "0.25");
  EXPECT_THROW(resume_training(folder_ / "run", {}, StopFlag()), DataError);
  predict("0.25", "0.75");
  const EpochResult end = resume_training(folder_ / "run", {}, StopFlag());
  ASSERT_TRUE(end.losses.contains("expression"));
  EXPECT_GT(end.losses.at("expression"), 0.56) << "the entropy of what was predicted";
}

TEST_F(VotesTraining, VotesThatAreNotLearnedAreSaidSo) {
  TrainOptions options = tiny_options("dan", set_);
  options.data.votes = "predictions.csv";
  predict("0.25", "0.75");
  std::string said;
  TrainEvents events;
  events.sink.message = [&](MessageLevel, const std::string& text) { said += text; };
  train(options, folder_ / "classes", events, StopFlag());
  EXPECT_THAT(said, testing::HasSubstr("loss.expr=distribution"));
  said.clear();
  options.loss.expr = "distribution";
  train(options, folder_ / "votes", events, StopFlag());
  EXPECT_THAT(said, testing::Not(testing::HasSubstr("loss.expr=distribution")));
}

}  // namespace
}  // namespace mien
