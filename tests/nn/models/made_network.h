// Networks of a size for the tests of models, and what each must give of its vocabulary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/rand.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/network.h"

namespace mien::test {

inline ModelOptions model_named(const std::string& name) {
  ModelOptions model;
  model.name = name;
  return model;
}

/// For pictures of that side.
inline NetworkPointer made_network(const ModelOptions& model,
                                   std::int64_t side,
                                   const Vocabulary& vocabulary = abaw_mtl_vocabulary()) {
  InputOptions input;
  input.size = side;
  return create_network(model, vocabulary, input);
}

/// Fails where the scores are not those that the vocabulary names, or there are others.
inline void expect_tasks(const Outputs& outputs,
                         const Vocabulary& vocabulary,
                         std::int64_t pictures) {
  const auto expect = [&](const at::Tensor& scores, std::size_t count, const char* task) {
    ASSERT_EQ(scores.defined(), count > 0) << task;
    if (count == 0) return;
    EXPECT_EQ(scores.sizes(), at::IntArrayRef({pictures, static_cast<std::int64_t>(count)}))
        << task;
  };
  expect(outputs.valence_arousal, vocabulary.valence_arousal ? 2U : 0U, "valence and arousal");
  expect(outputs.expression, vocabulary.expressions.size(), "expression");
  expect(outputs.action_units, vocabulary.action_units.size(), "action units");
}

/// Makes networks of every task and of expressions alone, and asks each in both modes for scores
/// and `features` float32 features. An empty vocabulary makes no network.
inline void expect_tasks_of_vocabulary(const ModelOptions& model,
                                       std::int64_t side,
                                       std::int64_t features) {
  const at::NoGradGuard no_gradients;
  for (const Vocabulary& vocabulary : {abaw_mtl_vocabulary(), abaw_lsd_vocabulary()}) {
    const NetworkPointer network = made_network(model, side, vocabulary);
    for (const bool training : {true, false}) {
      const std::int64_t pictures = training ? 2 : 1;  // evaluation may see a face alone
      network->train(training);
      const Outputs outputs = network->forward(at::rand({pictures, 3, side, side}));
      expect_tasks(outputs, vocabulary, pictures);
      EXPECT_EQ(outputs.features.sizes(), at::IntArrayRef({pictures, features}));
      EXPECT_EQ(outputs.features.scalar_type(), at::kFloat);
    }
  }
  EXPECT_THROW(made_network(model, side, Vocabulary()), UsageError);
}

}  // namespace mien::test
