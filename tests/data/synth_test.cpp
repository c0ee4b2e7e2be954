#include "mien/data/synth.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/data/synth_face.h"
#include "mien/error.h"

#include "temp_folder.h"

namespace mien {
namespace {

namespace fs = std::filesystem;
using synth::Intensities;

const EventSink kNobody;

SynthOptions small_set(const std::string& task) {
  SynthOptions options;
  options.task = task;
  options.training = 60;
  options.validation = 12;
  options.size = 48;
  return options;
}

void write(const fs::path& folder, const SynthOptions& options) {
  const StopFlag never;
  write_synthetic_set(folder, options, kNobody, never);
}

/// Every file below the folder with its bytes.
std::map<std::string, std::string> contents(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = fs::relative(entry.path(), folder).string();
    if (entry.is_regular_file() && name != ".lock") files[name] = read_file(entry.path());
  }
  return files;
}

std::vector<std::vector<std::string>> rows_of(const fs::path& list) {
  std::vector<std::vector<std::string>> rows;
  const std::string text = read_file(list);
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) continue;
    rows.emplace_back();
    for (const std::string_view cell : split(line, ',')) rows.back().emplace_back(cell);
  }
  return rows;
}

Label label_with(std::initializer_list<std::size_t> units) {
  Intensities intensities{};
  for (const std::size_t unit : units) intensities[unit] = 0.8;
  return synth::label_of(intensities);
}

std::string expression_with(std::initializer_list<std::size_t> units) {
  const auto index = static_cast<std::size_t>(label_with(units).expression);
  return abaw_mtl_vocabulary().expressions.at(index);
}

TEST(SynthLabels, ExpressionsFollowThePrototypes) {
  using enum synth::Unit;
  EXPECT_EQ(expression_with({}), "neutral");
  EXPECT_EQ(expression_with({kAu6, kAu12, kAu25}), "happiness");
  EXPECT_EQ(expression_with({kAu1, kAu2, kAu4, kAu25}), "fear");
  EXPECT_EQ(expression_with({kAu1, kAu2, kAu25, kAu26}), "surprise");
  EXPECT_EQ(expression_with({kAu1, kAu15}), "sadness");
  EXPECT_EQ(expression_with({kAu1, kAu4}), "sadness");
  EXPECT_EQ(expression_with({kAu10, kAu4}), "disgust");
  EXPECT_EQ(expression_with({kAu4, kAu7}), "anger");
  EXPECT_EQ(expression_with({kAu12}), "other");
  EXPECT_EQ(expression_with({kAu10, kAu12}), "other");
}

TEST(SynthLabels, FlagsFollowTheThreshold) {
  Intensities intensities{};
  intensities[synth::kAu7] = synth::kPresent;
  intensities[synth::kAu10] = synth::kPresent - 1e-9;
  const Label label = synth::label_of(intensities);
  ASSERT_EQ(label.action_units.size(), synth::kUnits);
  EXPECT_EQ(label.action_units[synth::kAu7], 1);
  EXPECT_EQ(label.action_units[synth::kAu10], 0);
}

TEST(SynthLabels, ValenceAndArousalGoTheExpectedWay) {
  using enum synth::Unit;
  EXPECT_GT(label_with({kAu6, kAu12}).valence.value(), 0.5F);
  EXPECT_LT(label_with({kAu1, kAu15}).valence.value(), -0.4F);
  EXPECT_LT(label_with({kAu10, kAu4}).valence.value(), -0.4F);
  EXPECT_NEAR(label_with({}).valence.value(), 0, 0.1);
  EXPECT_GT(label_with({kAu1, kAu2, kAu25, kAu26}).arousal.value(), 0.5F);
  EXPECT_LT(label_with({kAu15}).arousal.value(), label_with({}).arousal.value());
}

TEST(SynthLabels, ValenceAndArousalAreContinuous) {
  for (std::size_t unit = 0; unit < synth::kUnits; ++unit) {
    Label before = label_with({});
    for (int step = 1; step <= 100; ++step) {
      Intensities intensities{};
      intensities[unit] = step / 100.0;
      const Label after = synth::label_of(intensities);
      EXPECT_LT(std::abs(after.valence.value() - before.valence.value()), 0.02F);
      EXPECT_LT(std::abs(after.arousal.value() - before.arousal.value()), 0.02F);
      before = after;
    }
  }
}

TEST(SynthLabels, DrawnIntensitiesKeepAwayFromTheThreshold) {
  RandomStream random(3);
  for (int i = 0; i < 500; ++i) {
    for (const double intensity : synth::sample_intensities(random)) {
      EXPECT_TRUE((intensity >= 0 && intensity <= 0.1) || (intensity >= 0.45 && intensity <= 1));
    }
  }
}

TEST(SynthLabels, EveryClassAndUnitIsCommonEnough) {
  constexpr int kFaces = 5000;
  std::map<int, int> classes;
  std::vector<int> units(synth::kUnits);
  for (int i = 0; i < kFaces; ++i) {
    RandomStream random({11, static_cast<std::uint64_t>(i)});
    const Label label = synth::label_of(synth::sample_intensities(random));
    ++classes[label.expression];
    for (std::size_t u = 0; u < units.size(); ++u) units[u] += label.action_units[u];
  }
  ASSERT_EQ(classes.size(), 8U);
  for (const auto& [name, count] : classes) EXPECT_GT(count, kFaces / 20) << name;
  for (std::size_t u = 0; u < units.size(); ++u) {
    EXPECT_GT(units[u], kFaces / 11) << u;
    EXPECT_LT(units[u], kFaces * 45 / 100) << u;
  }
}

/// Mean absolute difference of two pictures in a box given in parts of the side.
double change_in(const Image& first, const Image& second, double top, double bottom) {
  double sum = 0;
  int count = 0;
  for (int y = static_cast<int>(top * first.height); y < static_cast<int>(bottom * first.height);
       ++y) {
    for (int i = 0; i < first.width * 3; ++i, ++count) {
      sum += std::abs(first.row(y)[i] - second.row(y)[i]);
    }
  }
  return sum / count;
}

TEST(SynthFace, AUnitChangesItsPartOfTheFace) {
  const std::set<std::size_t> upper = {
      synth::kAu1, synth::kAu2, synth::kAu4, synth::kAu6, synth::kAu7};
  for (std::size_t unit = 0; unit < synth::kUnits; ++unit) {
    for (std::uint64_t who = 0; who < 5; ++who) {
      RandomStream random({21, who});
      const synth::Person person = synth::sample_person(random);
      Intensities intensities{};
      if (unit == synth::kAu26) intensities[synth::kAu25] = 0.5;
      const auto drawn = [&] {
        RandomStream noise(1);
        return synth::draw(person, synth::Scene{}, intensities, 96, noise);
      };
      const Image without = drawn();
      intensities[unit] = 0.9;
      const Image with = drawn();
      const double above = change_in(without, with, 0.1, 0.54);
      const double below = change_in(without, with, 0.54, 1.0);
      EXPECT_GT(upper.count(unit) == 1 ? above : below, 0.3)
          << "unit " << unit << " person " << who;
      EXPECT_GT(upper.count(unit) == 1 ? above : below,
                2 * (upper.count(unit) == 1 ? below : above))
          << "unit " << unit << " person " << who;
    }
  }
}

TEST(SynthFace, IsAPureFunctionOfItsStream) {
  RandomStream first({7, 1});
  RandomStream again({7, 1});
  RandomStream other({7, 2});
  const DrawnFace face = draw_face(64, first);
  const DrawnFace same = draw_face(64, again);
  EXPECT_EQ(face.image.width, 64);
  EXPECT_EQ(face.image.height, 64);
  EXPECT_EQ(face.image, same.image);
  EXPECT_EQ(face.label.expression, same.label.expression);
  EXPECT_EQ(face.label.valence, same.label.valence);
  EXPECT_FALSE(draw_face(64, other).image == face.image);
}

TEST(SynthFace, LabelsAreCompleteAndInRange) {
  for (std::uint64_t i = 0; i < 30; ++i) {
    RandomStream random({8, i});
    const Label label = draw_face(32, random).label;
    ASSERT_TRUE(label.has_valence_arousal());
    EXPECT_LE(std::abs(label.valence.value()), 1);
    EXPECT_LE(std::abs(label.arousal.value()), 1);
    EXPECT_GE(label.expression, 0);
    EXPECT_LT(label.expression, 8);
    EXPECT_EQ(label.action_units.size(), 12U);
  }
}

TEST(SynthSet, SameSeedSameBytes) {
  const test::TempFolder folder;
  for (const char* task : {"mtl", "lsd"}) {
    SynthOptions options = small_set(task);
    const fs::path base = folder / task;
    write(base / "a", options);
    write(base / "b", options);
    EXPECT_EQ(contents(base / "a"), contents(base / "b"));
    options.seed = 2;
    write(base / "c", options);
    EXPECT_NE(contents(base / "a"), contents(base / "c"));
  }
}

TEST(SynthSet, MoreValidationPicturesLeaveTrainingAlone) {
  const test::TempFolder folder;
  SynthOptions options = small_set("mtl");
  write(folder / "a", options);
  options.validation = 3;
  write(folder / "b", options);
  EXPECT_EQ(read_file(folder / "a/training_set_annotations.txt"),
            read_file(folder / "b/training_set_annotations.txt"));
}

TEST(SynthSet, MtlListsNameTheirPictures) {
  const test::TempFolder folder;
  SynthOptions options = small_set("mtl");
  options.missing = 0.4;
  write(folder.path(), options);
  std::set<std::string> people;
  std::map<std::string, int> withheld;
  for (const auto& [list, count] :
       {std::pair{"training_set_annotations.txt", 60}, {"validation_set_annotations.txt", 12}}) {
    const auto rows = rows_of(folder / list);
    ASSERT_EQ(rows.size(), static_cast<std::size_t>(count + 1));
    EXPECT_EQ(join(rows[0], ","), "image,valence,arousal,expression,aus");
    std::set<std::string> here;
    for (std::size_t i = 1; i < rows.size(); ++i) {
      ASSERT_EQ(rows[i].size(), 16U);
      const Image image = read_image(folder.path() / "cropped_aligned" / rows[i][0]);
      EXPECT_EQ(image.width, 48);
      here.insert(rows[i][0].substr(0, rows[i][0].find('/')));
      if (rows[i][1] == "-5") ++withheld["va"];
      EXPECT_EQ(rows[i][1] == "-5", rows[i][2] == "-5");
      if (rows[i][3] == "-1") ++withheld["expr"];
      if (rows[i][4] == "-1") ++withheld["au"];
      EXPECT_EQ(std::count(rows[i].begin() + 4, rows[i].end(), "-1"), rows[i][4] == "-1" ? 12 : 0);
    }
    for (const std::string& name : here)
      EXPECT_TRUE(people.insert(name).second) << name << " is in both";
  }
  ASSERT_EQ(withheld.size(), 3U);
  for (const auto& [task, count] : withheld) EXPECT_NEAR(count, 0.4 * 72, 16) << task;
}

TEST(SynthSet, NothingIsWithheldAtZero) {
  const test::TempFolder folder;
  SynthOptions options = small_set("mtl");
  options.missing = 0;
  write(folder.path(), options);
  EXPECT_EQ(read_file(folder / "training_set_annotations.txt").find("-5"), std::string::npos);
}

TEST(SynthSet, LsdHasAFolderAClass) {
  const test::TempFolder folder;
  write(folder.path(), small_set("lsd"));
  for (const auto& [part, each] : {std::pair{"train", 10}, {"val", 2}}) {
    for (const std::string& name : abaw_lsd_vocabulary().expressions) {
      const fs::directory_iterator files(folder.path() / part / name);
      EXPECT_EQ(std::distance(fs::begin(files), fs::end(files)), each) << part << " " << name;
    }
  }
  EXPECT_FALSE(fs::exists(folder / "cropped_aligned"));
}

TEST(SynthSet, ReplacesNothing) {
  const test::TempFolder folder;
  write(folder.path(), small_set("mtl"));
  const auto before = contents(folder.path());
  EXPECT_THROW(write(folder.path(), small_set("mtl")), UsageError);
  EXPECT_THROW(write(folder.path(), small_set("lsd")), UsageError);
  EXPECT_EQ(contents(folder.path()), before);
}

TEST(SynthSet, StoppingLeavesNoHalfSet) {
  const test::TempFolder folder;
  StopFlag stop;
  EventSink events;
  events.progress = [&](const Progress& state) {
    EXPECT_EQ(state.total, 72);
    stop.request();
  };
  try {
    write_synthetic_set(folder / "set", small_set("mtl"), events, stop);
    FAIL() << "it was not stopped";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInterrupted);
  }
  EXPECT_TRUE(contents(folder / "set").empty());
  write(folder / "set", small_set("mtl"));
  EXPECT_TRUE(fs::exists(folder / "set/validation_set_annotations.txt"));
}

TEST(SynthSet, LeftoversOfAKilledRunAreReplaced) {
  const test::TempFolder folder;
  folder.write("set/.drawing/train/anger/old.jpg", "old");
  write(folder / "set", small_set("lsd"));
  EXPECT_FALSE(fs::exists(folder / "set/train/anger/old.jpg"));
  EXPECT_FALSE(fs::exists(folder / "set/.drawing"));
}

TEST(SynthSet, OptionsAreChecked) {
  const auto refused = [](const char* key, auto change) {
    SynthOptions options;
    change(options);
    try {
      options.check();
      ADD_FAILURE() << key << " was accepted";
    } catch (const OptionError& error) {
      EXPECT_EQ(error.key(), key);
    }
  };
  refused("task", [](SynthOptions& options) { options.task = "video"; });
  refused("size", [](SynthOptions& options) { options.size = 8; });
  refused("training", [](SynthOptions& options) { options.training = -1; });
  refused("validation", [](SynthOptions& options) { options.validation = -1; });
  refused("missing", [](SynthOptions& options) { options.missing = 1.5; });
  EXPECT_NO_THROW(SynthOptions{}.check());
}

}  // namespace
}  // namespace mien
