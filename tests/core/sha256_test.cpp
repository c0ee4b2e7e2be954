#include "mien/core/sha256.h"

#include <string>

#include <gtest/gtest.h>

#include "mien/core/files.h"

#include "temp_folder.h"

namespace mien {
namespace {

// Examples of FIPS 180-4's companion and of the NIST test programme.
TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(sha256_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_of(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnThePieces) {
  const std::string bytes(300, 'x');
  for (const std::size_t piece : {1U, 7U, 63U, 64U, 65U, 200U}) {
    Sha256 digest;
    for (std::size_t i = 0; i < bytes.size(); i += piece) {
      digest.update(std::string_view(bytes).substr(i, piece));
    }
    EXPECT_EQ(digest.finish(), sha256_of(bytes)) << piece;
  }
}

TEST(Sha256, PadsEveryLengthAroundABlock) {
  // The length no longer fits behind 56 bytes: each of these takes another path through the
  // padding.
  EXPECT_EQ(sha256_of(std::string(55, 'a')),
            "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
  EXPECT_EQ(sha256_of(std::string(56, 'a')),
            "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
  EXPECT_EQ(sha256_of(std::string(64, 'a')),
            "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
}

TEST(Sha256, OfAFileIsThatOfItsBytes) {
  const test::TempFolder folder;
  const std::string bytes(700000, '\7');  // more than one piece is read
  EXPECT_EQ(sha256_of_file(folder.write("file", bytes)), sha256_of(bytes));
}

}  // namespace
}  // namespace mien
