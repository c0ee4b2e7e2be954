#include "mien/data/tar_index.h"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/files.h"
#include "mien/data/pictures.h"
#include "mien/error.h"

#include "made_sets.h"
#include "made_tar.h"

namespace mien {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using test::numbered_picture;
using test::set_at;
using test::TarFiles;
using test::TempFolder;
using testing::HasSubstr;

std::string picture(int number) {
  return encode_png(numbered_picture(number));
}

class TarTest : public testing::Test {
 protected:
  std::string tar(const std::string& name = "shard.tar") const { return (folder_ / name).string(); }
  SampleSet read(const std::string& name = "shard.tar") const {
    return read_unlabelled(set_at(folder_ / name));
  }
  /// Cuts the tar file after that many bytes, or that many before its end where negative.
  void cut(std::int64_t bytes) const {
    const auto size = static_cast<std::int64_t>(fs::file_size(tar()));
    fs::resize_file(tar(), static_cast<std::uintmax_t>(bytes < 0 ? size + bytes : bytes));
  }
  TempFolder folder_;
};

TEST_F(TarTest, PicturesAreReadWhereTheyStand) {
  const std::string deep = std::string(120, 'd') + "/" + std::string(130, 'n') + ".png";
  for (const char* format : {"ustar", "pax", "gnutar"}) {
    const std::string name = std::string(format) + ".tar";
    test::write_tar(tar(name),
                    {{"a/", ""},
                     {"a/1.png", picture(1)},
                     {"LICENSE", "free"},
                     {std::string(format) == "ustar" ? "2.png" : deep, picture(2)},
                     {"a/3.jpg", encode_jpeg(numbered_picture(3, 64), 95)}},
                    format);
    const SampleSet set = read(name);
    ASSERT_EQ(set.samples.size(), 3U) << format;
    EXPECT_EQ(set.samples[0].name, "a/1.png");
    EXPECT_EQ(read_picture(set.samples[0]), numbered_picture(1)) << format;
    EXPECT_EQ(read_picture(set.samples[1]), numbered_picture(2)) << format;
    EXPECT_EQ(read_picture(set.samples[2]).width, 64) << format;
    EXPECT_THAT(set.notes, testing::Contains(HasSubstr("2 members that are no pictures")));
  }
}

TEST_F(TarTest, TheIndexIsKeptAndMadeAgainForAnotherFile) {
  test::write_tar(tar(), {{"1.png", picture(1)}});
  EXPECT_EQ(read().samples.size(), 1U);
  const fs::path index = tar_index_file(tar());
  ASSERT_TRUE(fs::exists(index));
  // What stands in the index is taken: names are not looked up again.
  std::string text = read_file(index);
  text.replace(text.find("1.png"), 5, "7.png");
  write_file_atomically(index, text);
  EXPECT_EQ(read().samples[0].name, "7.png");
  // Damaged ones are not.
  write_file_atomically(index, text.substr(0, text.size() - 4));
  EXPECT_EQ(read().samples[0].name, "1.png");
  test::write_tar(tar(), {{"2.png", picture(2)}, {"3.png", picture(3)}});
  EXPECT_EQ(read().samples.size(), 2U);
  EXPECT_EQ(read().samples.size(), 2U);
}

TEST_F(TarTest, HostileIndexesAreMadeAgain) {
  test::write_tar(tar(), {{"1.png", picture(1)}});
  read();
  const fs::path index = tar_index_file(tar());
  const std::string text = read_file(index);
  const std::size_t second = text.find('\n') + 1;
  const std::string head = text.substr(0, text.find('\n', second) + 1);
  for (const char* rest : {"-5 100 x.png\nend\n",
                           "512 99999999999 x.png\nend\n",
                           "9223372036854775807 1 x.png\nend\n",
                           "512\nend\n",
                           ""}) {
    write_file_atomically(index, head + rest);
    EXPECT_EQ(read().samples.at(0).name, "1.png") << rest;
  }
}

TEST_F(TarTest, OfEqualNamesTheLastCounts) {
  test::write_tar(tar(), {{"1.png", picture(1)}, {"2.png", picture(2)}, {"1.png", picture(3)}});
  for (int time = 0; time < 2; ++time) {  // from the headers, then from the index
    const SampleSet set = read();
    ASSERT_EQ(set.samples.size(), 2U);
    EXPECT_EQ(read_picture(set.samples[0]), numbered_picture(3));
    EXPECT_THAT(set.notes, testing::Contains(HasSubstr("1 pictures that a later one")));
  }
}

TEST_F(TarTest, CutOffAnywhereIsAnError) {
  const TarFiles files = {{"1.png", std::string(3000, 'x')}, {"2.png", std::string(2000, 'y')}};
  // Inside the first picture; inside the second header; inside the second; before the end mark.
  for (const std::int64_t bytes : {600, 512 + 3072 + 100, 512 + 3072 + 512 + 700, 2 * 512 + 5120}) {
    test::write_tar(tar(), files);
    cut(bytes);
    EXPECT_THAT(error_of([&] { read(); }),
                testing::AllOf(HasSubstr("shard.tar"), HasSubstr("cut off")))
        << bytes;
    EXPECT_FALSE(fs::exists(tar_index_file(tar())));
  }
  folder_.write("shard.tar", "");
  EXPECT_THROW(read(), DataError);
}

TEST_F(TarTest, CompressedAndOtherFilesAreErrors) {
  test::write_tar(tar(), {{"1.png", picture(1)}}, "ustar", "gzip");
  EXPECT_THAT(error_of([&] { read(); }), HasSubstr("no plain tar file"));
  folder_.write("shard.tar", std::string(4096, 'x'));
  EXPECT_THAT(error_of([&] { read(); }), HasSubstr("no plain tar file"));
}

TEST_F(TarTest, WithoutPicturesIsAnError) {
  test::write_tar(tar(), {{"LICENSE", "free"}});
  EXPECT_THROW(read(), DataError);
}

TEST_F(TarTest, ATarThatLostItsEndAfterIndexingIsADataError) {
  test::write_tar(tar(), {{"1.png", picture(1)}});
  const SampleSet set = read();
  cut(600);
  EXPECT_THROW(read_picture(set.samples[0]), DataError);
}

}  // namespace
}  // namespace mien
