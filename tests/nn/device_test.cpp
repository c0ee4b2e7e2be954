#include "mien/nn/device.h"

#include <cstdlib>

#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/rand.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mien/error.h"

#include "thrown.h"

namespace mien {
namespace {

const c10::Device kCpu(c10::DeviceType::CPU);

TEST(Device, TheCpuIsAlwaysThere) {
  EXPECT_EQ(choose_device("cpu"), kCpu);
  EXPECT_NO_THROW(choose_device("auto"));
  EXPECT_THAT(device_text(kCpu), testing::StartsWith("CPU ("));
}

TEST(Device, CudaWhereThereIsNoneIsAnError) {
  if (at::hasCUDA()) GTEST_SKIP() << "there is a CUDA device";
  EXPECT_EQ(choose_device("auto"), kCpu);
  EXPECT_THROW(choose_device("cuda"), UsageError);
  EXPECT_THROW(choose_device("cuda:0"), UsageError);
}

TEST(Device, TextThatNamesNoDeviceIsAnError) {
  for (const char* text : {"", "gpu", "CPU", "cuda:", "cuda:x", "cuda:-1", "cuda:0:1", "cpu:0"}) {
    EXPECT_THROW(choose_device(text), UsageError) << text;
  }
}

TEST(PrecisionTest, ByName) {
  EXPECT_EQ(choose_precision("float32", kCpu), Precision::kFloat32);
  EXPECT_EQ(choose_precision("bfloat16", kCpu), Precision::kBfloat16);
  EXPECT_NO_THROW(choose_precision("auto", kCpu));
  EXPECT_EQ(choose_precision("auto", c10::Device("cuda")), Precision::kBfloat16);
  EXPECT_THROW(choose_precision("half", kCpu), UsageError);
}

TEST(AutocastScopeTest, CastsInsideAndNotOutside) {
  const at::Tensor x = at::rand({2, 4});
  const at::Tensor weight = at::rand({3, 4});
  const auto type = [&] { return at::linear(x, weight).scalar_type(); };
  EXPECT_EQ(type(), at::kFloat);
  {
    const AutocastScope scope(kCpu, Precision::kBfloat16);
    EXPECT_EQ(type(), at::kBFloat16);
    {
      const AutocastScope inner(kCpu, Precision::kBfloat16);
      EXPECT_EQ(type(), at::kBFloat16);
    }
    EXPECT_EQ(type(), at::kBFloat16);
    const AutocastScope plain(kCpu, Precision::kFloat32);
  }
  EXPECT_EQ(type(), at::kFloat);
}

TEST(AutocastScopeTest, TheWeightCacheDoesNotOutliveIt) {
  const at::Tensor x = at::rand({1, 4});
  at::Tensor weight = at::rand({1, 4}).requires_grad_(true);
  const auto value = [&] {
    const AutocastScope scope(kCpu, Precision::kBfloat16);
    return at::linear(x, weight).item<float>();
  };
  const float before = value();
  weight.detach().mul_(2);
  EXPECT_NEAR(value(), 2 * before, 0.05 * before);
}

TEST(Threads, AreSet) {
  const int before = at::get_num_threads();
  set_threads(1);
  EXPECT_EQ(at::get_num_threads(), 1);
  set_threads(0);
  EXPECT_GE(at::get_num_threads(), 1);
  set_threads(before);
}

TEST(Threads, ASmallerLimitIsAnError) {
  // OpenMP reads its limit at start: the program is run anew with one.
  if (std::getenv("MIEN_LIMITED") != nullptr) {
    EXPECT_THAT(test::thrown<UsageError>([] { set_threads(2); }),
                testing::HasSubstr("OMP_THREAD_LIMIT"));
    return;
  }
  const pid_t child = fork();
  if (child == 0) {
    setenv("MIEN_LIMITED", "1", 1);
    setenv("OMP_THREAD_LIMIT", "1", 1);
    execl("/proc/self/exe",
          "nn_test",
          "--gtest_filter=Threads.ASmallerLimitIsAnError",
          static_cast<char*>(nullptr));
    _exit(127);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace
}  // namespace mien
