// Weights files: safetensors both ways, published .pth by a reader that runs no code, strict
// loading.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/core/ScalarType.h>

#include "mien/nn/registry.h"

namespace torch::nn {
class Module;
}

namespace mien {

/// Tensors by name and the text of the file's header.
struct StateDict {
  std::map<std::string, at::Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// Reads safetensors, or a .pth of either form (a state dict, or one under "model", "state_dict" or
/// "model_state_dict"). An ensemble's file (ensemble.h) is refused by name.
/// Throws DataError naming the file and offset for anything damaged or hostile.
StateDict read_weights(const std::filesystem::path& file);
StateDict read_safetensors(const std::filesystem::path& file);
StateDict read_pth(const std::filesystem::path& file);
/// Writes whole or not at all; tensors are made contiguous on the CPU.
void write_safetensors(const std::filesystem::path& file, const StateDict& state);

/// Parameters and buffers of the module by their published names.
StateDict state_of(const torch::nn::Module& module);

struct LoadRules {
  std::string prefix;                         ///< loads only names below it, stripped ("cnn.")
  std::vector<std::string> allow_missing;     ///< prefixes of names that the file need not have
  std::vector<std::string> allow_unexpected;  ///< prefixes of names in the file to pass over
};
/// Copies the tensors in, all or none. Throws WeightsError with the three lists.
/// A position table (`pos_embed`, `positional_embedding`) of another grid is interpolated
/// bicubically, class entry untouched.
void load_state(torch::nn::Module& module,
                const StateDict& state,
                const std::string& file,
                const LoadRules& rules = {});

/// What thresholds and a temperature were fitted on, and when; without a date they were not.
struct TuningRecord {
  std::string date;                    ///< of the fit, UTC: 2026-05-04T12:00:00Z
  std::vector<std::string> data;       ///< names of the lists
  std::string part;                    ///< of those that are folders: validation | training
  std::int64_t pictures = 0;           ///< in all lists
  std::int64_t expression_labels = 0;  ///< that the temperature was fitted on
  std::int64_t least = 0;              ///< positives and negatives that a unit had to have
  std::vector<std::string> left;       ///< what was not fitted, and why, a line each
};
void describe(TuningRecord& record, Fields& fields);

/// What a weights file says of its network beside the tensors.
struct NetworkCard {
  std::vector<double> thresholds;            ///< probability an action unit; empty: 0.5
  std::map<std::string, std::string> notes;  ///< epoch, scores, version, what made it
  double temperature = 1;                    ///< of the expression logits
  TuningRecord tuned = {};                   ///< where the two come from
};
/// Throws DataError naming `file` unless thresholds are probabilities, one a unit or none, and the
/// temperature is above 0.
void check_tuning(const NetworkCard& card, const Vocabulary& vocabulary, const std::string& file);

/// A network and everything needed to use it, from one file (a run folder: its best.safetensors).
struct LoadedNetwork {
  NetworkPointer network;  ///< in evaluation mode, on the CPU, float32
  NetworkCard card;
  std::filesystem::path file;
};
/// The file that a run's best weights have.
inline constexpr const char* kBestWeights = "best.safetensors";
/// The weights file that a name stands for: of a run folder its best weights, else the file itself.
std::filesystem::path weights_file(const std::filesystem::path& run_or_file);

/// The network and the labels that a file's header names.
struct NetworkHeader {
  ModelOptions model;
  Vocabulary vocabulary;
};
/// Nothing where the weights were not written by mien. Throws DataError for a damaged header.
std::optional<NetworkHeader> network_header(const StateDict& state, const std::string& file);

LoadedNetwork load_network(const std::filesystem::path& run_or_file);
void save_network(const std::filesystem::path& file,
                  const Network& network,
                  const NetworkCard& card);
/// Writes the network of `from` to `to`, which may be the same file, with another card and every
/// tensor as it was.
void replace_card(const std::filesystem::path& from,
                  const std::filesystem::path& to,
                  const NetworkCard& card);
/// Writes the network of `from` to `to` with its matrices and kernels as `type`, a floating-point
/// type. Vectors stay as they are: they are little, and batch statistics want their digits.
void convert_network(const std::filesystem::path& from,
                     const std::filesystem::path& to,
                     c10::ScalarType type);

}  // namespace mien
