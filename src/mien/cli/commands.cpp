#include "mien/cli/commands/commands.h"

namespace mien::cli {

const std::vector<CommandEntry>& commands() {
  static const std::vector<CommandEntry> kCommands = {
      {"read", make_read},
      {"crop", make_crop},
      {"features", make_features},
      {"pretrain", make_pretrain},
      {"train", make_train},
      {"evaluate", make_evaluate},
      {"predict", make_predict},
      {"reconstruct", make_reconstruct},
      {"reproduce", make_reproduce},
      {"ensemble", make_ensemble},
      {"tune", make_tune},
      {"export", make_export},
      {"import", make_import},
      {"probe", make_probe},
      {"data check", make_data_check},
      {"data synth", make_data_synth},
      {"info", make_info},
      {"models", make_models},
      {"help", make_help},
  };
  return kCommands;
}

}  // namespace mien::cli
