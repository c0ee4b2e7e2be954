// A recognised file as weights of a network here.
#pragma once

#include <optional>
#include <string>

#include "mien/core/events.h"
#include "mien/input/input.h"
#include "mien/nn/import/foreign_names.h"
#include "mien/nn/model_options.h"

namespace mien {

struct Backbone;

/// The file's tensors by their names here, joined where they lie apart; the last layer too
/// `with_head`. Counts of batches, which older files lack, are 0 then. Throws DataError naming
/// `file` for a tensor that holds no floating-point numbers and for parts that do not go together.
StateDict renamed_state(const StateDict& state,
                        const ForeignNames& names,
                        bool with_head,
                        const std::string& file);

/// What is made of imported weights.
struct ImportUse {
  std::optional<Vocabulary>
      vocabulary;  ///< of a network that works; nothing: weights to start from
  ModelOptions model;
  InputOptions input;
};
/// Without a vocabulary but that of a whole network, options as the weights need them. Throws
/// DataError naming `file` for sizes that no network here has.
ImportUse import_use(const ForeignNames& names, const std::string& file);

/// Options of the pictures that the use has otherwise than `names` says become options there.
void note_pictures(const ImportUse& use, ForeignNames& names);

/// What a file to start from need not have: all that is no part of the backbone, and the batch
/// norms' counts, which files of older programs lack and nothing here reads.
LoadRules backbone_rules(const Backbone& backbone);

/// The network that the use describes with renamed weights in it: every tensor, or without a
/// vocabulary every tensor of its backbone. In evaluation mode. Throws WeightsError where they do
/// not fit, UsageError for options that do not go together.
NetworkPointer imported_network(const StateDict& renamed,
                                const ImportUse& use,
                                const std::string& file);

/// Renamed weights to start from, with what they are and need of a network in the header
/// ("mien.import"). `source` is the file that they come from, `sha256` its checksum.
StateDict with_import_note(StateDict renamed,
                           const ForeignNames& names,
                           const std::string& source,
                           const std::string& sha256);

/// Whether the file holds such a note.
bool has_import_note(const StateDict& state);
/// Says through `events` where a network that starts from imported weights wants other pictures
/// than these, or has other attention heads than they have by the published rule. Throws
/// OptionError for an option that changes what they compute, DataError for a note with values that
/// no network has. Nothing for weights without a note.
void check_import_note(const StateDict& state,
                       const Network& network,
                       const std::string& file,
                       const EventSink& events);
/// The same by what the tensors of a published file say; where they leave an option open, so much
/// is said.
void check_readings(const StateDict& state,
                    const Network& network,
                    const std::string& file,
                    const EventSink& events);

}  // namespace mien
