#include "mien/train/trainer.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/network.h"
#include "mien/train/checkpoint.h"
#include "mien/train/run_folder.h"

#include "tiny_run.h"

namespace mien {
namespace {

namespace fs = std::filesystem;
using test::lines_of;
using test::same_tensors;
using test::StopAfter;
using test::TempFolder;
using test::tiny_options;
using testing::HasSubstr;

class Training : public testing::Test {
 protected:
  Training() : set_(test::tiny_set(folder_ / "set")) {}

  EpochResult train_in(const std::string& run,
                       const TrainOptions& options,
                       const TrainEvents& events = {}) {
    return train(options, folder_ / run, events, StopFlag());
  }
  /// Stops after that many batches and gives the message.
  std::string interrupted(const std::string& run,
                          const TrainOptions& options,
                          std::int64_t batches) {
    StopAfter stop(batches);
    try {
      train(options, folder_ / run, stop.events(), stop.flag());
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInterrupted);
      return error.what();
    }
    ADD_FAILURE() << "was not interrupted";
    return "";
  }
  /// The same networks, checkpoint state included.
  void expect_same_end(const std::string& a, const std::string& b) {
    for (const char* file : {"last.safetensors", "best.safetensors", "checkpoint.safetensors"}) {
      EXPECT_TRUE(same_tensors(folder_ / a / file, folder_ / b / file)) << file;
    }
  }

  TempFolder folder_;
  std::string set_;
};

TEST_F(Training, WritesEverythingThatARunHolds) {
  std::vector<EpochResult> epochs;
  std::vector<std::string> start;
  TrainEvents events;
  events.epoch = [&](const EpochResult& result) { epochs.push_back(result); };
  events.start = [&](const std::vector<std::string>& lines) { start = lines; };
  const EpochResult best = train_in("run", tiny_options("emma", set_), events);

  ASSERT_EQ(epochs.size(), 2U);
  EXPECT_FALSE(start.empty());
  EXPECT_TRUE(epochs[0].best);
  EXPECT_EQ(best.epoch, epochs[1].best ? 2 : 1);
  for (const char* task : {"valence_arousal", "expression", "action_units", "total"}) {
    EXPECT_TRUE(epochs[1].losses.contains(task)) << task;
  }
  EXPECT_EQ(epochs[1].validation.pooled.samples, 8);
  EXPECT_EQ(epochs[1].validation.lists.size(), 1U);
  EXPECT_TRUE(epochs[1].validation.pooled.total.has_value());
  EXPECT_GT(epochs[1].gradient_norm, 0);

  const fs::path run = folder_ / "run";
  for (const char* name : {"options.toml",
                           "run.json",
                           "metrics.jsonl",
                           "best.safetensors",
                           "last.safetensors",
                           "checkpoint.safetensors"}) {
    EXPECT_TRUE(fs::exists(run / name)) << name;
  }
  EXPECT_EQ(lines_of(run / "metrics.jsonl").size(), 2U);
  const LoadedNetwork loaded = load_network(run);
  EXPECT_EQ(loaded.network->options().name, "emma");
  EXPECT_EQ(loaded.network->input().size, 32);
  EXPECT_EQ(loaded.card.notes.at("epoch"), std::to_string(best.epoch));
}

TEST_F(Training, SameSeedSameBits) {
  train_in("a", tiny_options("emma", set_));
  train_in("b", tiny_options("emma", set_));
  expect_same_end("a", "b");
  TrainOptions other = tiny_options("emma", set_);
  other.train.seed = 2;
  train_in("c", other);
  EXPECT_FALSE(same_tensors(folder_ / "a/last.safetensors", folder_ / "c/last.safetensors"));
}

TEST_F(Training, LoaderThreadsDoNotChangeTheBits) {
  TrainOptions options = tiny_options("vit", set_);
  options.data.loader.workers = 1;
  train_in("one", options);
  options.data.loader.workers = 3;
  options.data.loader.cache_mebibytes = 0;
  train_in("three", options);
  EXPECT_TRUE(same_tensors(folder_ / "one/last.safetensors", folder_ / "three/last.safetensors"));
}

/// Interrupted after each possible number of batches, in the middle of a group too, for each
/// network.
class Resuming : public Training, public testing::WithParamInterface<std::string> {};

TEST_P(Resuming, GoesOnToTheSameBits) {
  const TrainOptions options = tiny_options(GetParam(), set_);
  train_in("whole", options);
  for (const std::int64_t batches : {1, 3, 4, 6}) {
    const std::string run = "stopped" + std::to_string(batches);
    EXPECT_THAT(interrupted(run, options, batches), HasSubstr("--resume"));
    const EpochResult best = resume_training(folder_ / run, {}, StopFlag());
    EXPECT_GE(best.epoch, 1);
    expect_same_end("whole", run);
    EXPECT_EQ(lines_of(folder_ / run / "metrics.jsonl").size(), 2U);
  }
}
INSTANTIATE_TEST_SUITE_P(Networks, Resuming, testing::Values("emma", "vit", "dan", "mae", "cotex"));

TEST_F(Training, InterruptedInValidationGoesOnToTheSameBits) {
  const TrainOptions options = tiny_options("vit", set_);
  train_in("whole", options);
  StopFlag stop;
  TrainEvents events;
  events.sink.progress = [&](const Progress& progress) {
    if (progress.work == "evaluation") stop.request();
  };
  EXPECT_THROW(train(options, folder_ / "run", events, stop), Error);
  EXPECT_FALSE(fs::exists(folder_ / "run/last.safetensors"));
  resume_training(folder_ / "run", {}, StopFlag());
  expect_same_end("whole", "run");
}

/// What SIGKILL leaves: the files of some moment. Later files are put back to earlier ones.
TEST_F(Training, KilledBetweenFilesGoesOnWithoutDuplicates) {
  TrainOptions options = tiny_options("vit", set_);
  options.optim.epochs = 3;
  train_in("whole", options);
  // As it was when epoch 1 had been saved, but the files of epoch 2 had been written too.
  TrainEvents events;
  const fs::path run = folder_ / "run";
  events.epoch = [&](const EpochResult& result) {
    if (result.epoch == 1) fs::copy_file(run / "checkpoint.safetensors", folder_ / "epoch1");
  };
  train(options, run, events, StopFlag());
  fs::copy_file(
      folder_ / "epoch1", run / "checkpoint.safetensors", fs::copy_options::overwrite_existing);
  std::ofstream(run / "metrics.jsonl", std::ios::app) << "{\"epoch\": 4, \"los";
  resume_training(run, {}, StopFlag());
  expect_same_end("whole", "run");
  const std::vector<std::string> lines = lines_of(run / "metrics.jsonl");
  ASSERT_EQ(lines.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(epoch_from_json(lines[i], "").epoch, static_cast<std::int64_t>(i) + 1);
  }
}

TEST_F(Training, KilledBeforeAnyCheckpointBeginsAgain) {
  const TrainOptions options = tiny_options("emma", set_);
  train_in("whole", options);
  train_in("run", options);
  for (const char* name : {"checkpoint.safetensors", "last.safetensors", "best.safetensors"}) {
    fs::remove(folder_ / "run" / name);
  }
  resume_training(folder_ / "run", {}, StopFlag());
  expect_same_end("whole", "run");
  EXPECT_EQ(lines_of(folder_ / "run/metrics.jsonl").size(), 2U);
}

TEST_F(Training, CheckpointsInsideAnEpoch) {
  TrainOptions options = tiny_options("vit", set_);
  options.optim.accumulate = 1;
  options.train.checkpoint_steps = 3;
  std::int64_t seen = 0;
  TrainEvents events;
  events.sink.progress = [&](const Progress&) {
    const fs::path file = folder_ / "run/checkpoint.safetensors";
    if (fs::exists(file)) seen = std::max(seen, read_checkpoint(file).progress.batch);
  };
  train(options, folder_ / "run", events, StopFlag());
  EXPECT_EQ(seen, 3);
}

TEST_F(Training, FinishedRunGivesItsBestEpoch) {
  const EpochResult best = train_in("run", tiny_options("vit", set_));
  const EpochResult again = resume_training(folder_ / "run", {}, StopFlag());
  EXPECT_EQ(again.epoch, best.epoch);
  EXPECT_EQ(again.validation.pooled.total, best.validation.pooled.total);
  EXPECT_EQ(again.losses, best.losses);
}

TEST_F(Training, FolderWithARunIsRefused) {
  train_in("run", tiny_options("vit", set_));
  try {
    train_in("run", tiny_options("vit", set_));
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("--resume"));
  }
}

TEST_F(Training, MistakesLeaveNoRunBehind) {
  TrainOptions options = tiny_options("emma", set_);
  options.dan = (folder_ / "nowhere").string();
  EXPECT_THROW(train_in("run", options), DataError);
  options = tiny_options("vit", (folder_ / "no_set").string());
  EXPECT_THROW(train_in("run", options), DataError);
  options = tiny_options("vit", set_);
  options.data.sampling.min_valence_arousal = 8;  // not every picture has them
  EXPECT_THROW(train_in("run", options), OptionError);
  options = tiny_options("vit", "");
  options.data.sets.resize(1);
  options.data.sets[0].path = set_;
  options.data.sets[0].weight = 0;
  EXPECT_THROW(train_in("run", options), UsageError);
  EXPECT_FALSE(fs::exists(folder_ / "run"));
}

TEST_F(Training, DamagedCheckpointIsRefused) {
  train_in("run", tiny_options("vit", set_));
  const fs::path file = folder_ / "run/checkpoint.safetensors";
  fs::resize_file(file, fs::file_size(file) / 2);
  EXPECT_THROW(resume_training(folder_ / "run", {}, StopFlag()), DataError);
}

TEST_F(Training, ChangedOptionsOrDataAreRefused) {
  const TrainOptions options = tiny_options("vit", set_);
  interrupted("run", options, 2);
  const fs::path file = folder_ / "run/options.toml";
  const std::string text = test::text_of(file);
  std::string changed = text;
  const std::size_t at = changed.find("epochs = 2");
  ASSERT_NE(at, std::string::npos);
  changed.replace(at, 10, "epochs = 3");
  write_file_atomically(file, changed);
  EXPECT_THROW(resume_training(folder_ / "run", {}, StopFlag()), DataError);
  write_file_atomically(file, text);

  const fs::path list = fs::path(set_) / "training_set_annotations.txt";
  std::vector<std::string> lines = lines_of(list);
  lines.pop_back();
  std::string shorter;
  for (const std::string& line : lines) shorter += line + "\n";
  write_file_atomically(list, shorter);
  try {
    resume_training(folder_ / "run", {}, StopFlag());
    FAIL();
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("training sets"));
  }
}

TEST_F(Training, DivergenceStopsWithTheTaskAndPlace) {
  TrainOptions options = tiny_options("vit", set_);
  options.optim.name = "sgd";
  options.optim.lr = 1e20;
  options.optim.clip = 0;
  options.optim.accumulate = 1;
  try {
    train_in("run", options);
    FAIL();
  } catch (const FailureError& error) {
    EXPECT_THAT(error.what(), HasSubstr("is not finite"));
    EXPECT_THAT(error.what(), HasSubstr("epoch 1, batch"));
  }
}

TEST_F(Training, KeepsTheWeightsOfTheLastGoodEpoch) {
  TrainOptions options = tiny_options("vit", set_);
  options.optim.name = "sgd";
  options.optim.accumulate = 1;
  options.optim.clip = 0;
  options.optim.schedule = "step";
  options.optim.step_epochs = 1;
  options.optim.gamma = 1e25;  // a good first epoch, a ruinous second
  TrainEvents events;
  std::string kept;
  events.epoch = [&](const EpochResult&) {
    kept = test::text_of(folder_ / "run/last.safetensors");
  };
  try {
    train(options, folder_ / "run", events, StopFlag());
    FAIL();
  } catch (const FailureError& error) {
    EXPECT_THAT(error.what(), HasSubstr("epoch 2"));
    EXPECT_THAT(error.what(), HasSubstr("last.safetensors"));
  }
  ASSERT_FALSE(kept.empty());
  EXPECT_EQ(test::text_of(folder_ / "run/last.safetensors"), kept);
  EXPECT_NO_THROW(load_network(folder_ / "run"));
}

TEST_F(Training, StopsEarly) {
  TrainOptions options = tiny_options("vit", set_);
  options.optim.lr = 0;  // nothing gets better
  options.optim.min_lr = 0;
  options.optim.epochs = 50;
  options.train.early_stop = 2;
  const EpochResult best = train_in("run", options);
  EXPECT_EQ(best.epoch, 1);
  EXPECT_EQ(lines_of(folder_ / "run/metrics.jsonl").size(), 3U);
  EXPECT_EQ(resume_training(folder_ / "run", {}, StopFlag()).epoch, 1);
}

TEST_F(Training, KeepsEveryNthEpoch) {
  TrainOptions options = tiny_options("vit", set_);
  options.optim.epochs = 4;
  options.train.keep = "every:2";
  train_in("run", options);
  EXPECT_FALSE(fs::exists(folder_ / "run/epoch-0001.safetensors"));
  EXPECT_TRUE(fs::exists(folder_ / "run/epoch-0002.safetensors"));
  EXPECT_TRUE(
      same_tensors(folder_ / "run/epoch-0004.safetensors", folder_ / "run/last.safetensors"));
}

TEST_F(Training, WithoutValidationTheLastEpochIsBest) {
  TrainOptions options = tiny_options("vit", set_);
  options.data.validation = "none";
  const EpochResult best = train_in("run", options);
  EXPECT_EQ(best.epoch, 2);
  EXPECT_TRUE(best.validation.lists.empty());
  EXPECT_TRUE(same_tensors(folder_ / "run/best.safetensors", folder_ / "run/last.safetensors"));
}

TEST_F(Training, SeveralSetsWithWeights) {
  const std::string other = test::tiny_set(folder_ / "other", 10, 4);
  TrainOptions options = tiny_options("vit", "");
  SetOptions first;
  first.path = set_;
  SetOptions second;
  second.path = other;
  second.weight = 2;
  options.data.sets = {first, second};
  std::int64_t images = 0;
  TrainEvents events;
  events.sink.progress = [&](const Progress& progress) {
    if (progress.work != "evaluation") images = progress.total;
  };
  const EpochResult best = train_in("run", options, events);
  EXPECT_EQ(images, 26 + 20);
  EXPECT_EQ(best.validation.lists.size(), 2U);
  EXPECT_EQ(best.validation.pooled.samples, 12);
}

TEST_F(Training, DanGoesIntoEmmaWithItsShape) {
  TrainOptions dan = tiny_options("dan", set_);
  dan.expressions = {"neutral", "happiness", "sadness", "anger"};
  train_in("dan", dan);
  TrainOptions emma = tiny_options("emma", set_);
  emma.model.dan_width = 64;  // the file knows better
  emma.model.dan_heads = 4;
  emma.dan = (folder_ / "dan").string();
  train_in("emma", emma);
  const LoadedNetwork learned = load_network(folder_ / "emma");
  EXPECT_EQ(learned.network->options().dan_width, 4);
  EXPECT_EQ(learned.network->options().dan_expressions, dan.expressions);
  const StateDict inside = state_of(*learned.network);
  for (const auto& [name, tensor] : read_safetensors(folder_ / "dan/best.safetensors").tensors) {
    EXPECT_TRUE(inside.tensors.at("cnn." + name).equal(tensor)) << name;
  }
}

TEST_F(Training, BatchOfOneAtTheEndIsLeftOut) {
  // 25 pictures in batches of 8: batch norm would have nothing to average in the last one.
  const std::string set = test::tiny_set(folder_ / "odd", 25, 4);
  const TrainOptions options = tiny_options("dan", set);
  std::int64_t images = 0;
  TrainEvents events;
  events.sink.progress = [&](const Progress& progress) {
    if (progress.work != "evaluation") images = progress.done;
  };
  train_in("run", options, events);
  EXPECT_EQ(images, 24);
}

TEST_F(Training, RunInUseIsRefused) {
  interrupted("run", tiny_options("vit", set_), 2);
  const FolderLock lock(folder_ / "run");
  EXPECT_THROW(resume_training(folder_ / "run", {}, StopFlag()), UsageError);
}

}  // namespace
}  // namespace mien
