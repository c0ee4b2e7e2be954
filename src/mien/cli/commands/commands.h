// The factories of the commands; commands.cpp lists them.
#pragma once

#include <memory>

#include "mien/cli/command.h"

namespace mien::cli {

std::unique_ptr<Command> make_read();
std::unique_ptr<Command> make_crop();
std::unique_ptr<Command> make_features();
std::unique_ptr<Command> make_pretrain();
std::unique_ptr<Command> make_train();
std::unique_ptr<Command> make_evaluate();
std::unique_ptr<Command> make_predict();
std::unique_ptr<Command> make_reconstruct();
std::unique_ptr<Command> make_reproduce();
std::unique_ptr<Command> make_ensemble();
std::unique_ptr<Command> make_tune();
std::unique_ptr<Command> make_export();
std::unique_ptr<Command> make_import();
std::unique_ptr<Command> make_probe();
std::unique_ptr<Command> make_data_check();
std::unique_ptr<Command> make_data_synth();
std::unique_ptr<Command> make_info();
std::unique_ptr<Command> make_models();
std::unique_ptr<Command> make_help();

}  // namespace mien::cli
