#include "mien/data/tensor_pool.h"

#include <optional>

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(TensorPool, GivesAFreeTensorAgain) {
  TensorPool pool;
  const void* memory = pool.take(2, 8).data_ptr();
  EXPECT_EQ(pool.take(2, 8).data_ptr(), memory);
}

TEST(TensorPool, LeavesTensorsInUseAlone) {
  TensorPool pool;
  const at::Tensor held = pool.take(2, 8);
  const at::Tensor other = pool.take(2, 8);
  EXPECT_NE(held.data_ptr(), other.data_ptr());
  EXPECT_NE(pool.take(2, 8).data_ptr(), held.data_ptr());
}

TEST(TensorPool, CountsAViewAsUse) {
  TensorPool pool;
  std::optional<at::Tensor> view = pool.take(2, 8).view({-1});
  const void* memory = view->data_ptr();
  EXPECT_NE(pool.take(2, 8).data_ptr(), memory);
  view.reset();
  EXPECT_EQ(pool.take(2, 8).data_ptr(), memory);
}

TEST(TensorPool, KeepsShapesApart) {
  TensorPool pool;
  pool.take(2, 8);
  EXPECT_EQ(pool.take(3, 8).sizes(), (at::IntArrayRef{3, 3, 8, 8}));
  EXPECT_EQ(pool.take(2, 4).sizes(), (at::IntArrayRef{2, 3, 4, 4}));
}

TEST(TensorPool, ForgetsOnRequest) {
  TensorPool pool;
  const at::Tensor held = pool.take(1, 8);
  pool.clear();
  EXPECT_EQ(held.use_count(), 1U);
}

}  // namespace
}  // namespace mien
