// The figures that the program measures: one function each.
#pragma once

#include "measure.h"

namespace mien::bench {

/// Forward, losses, backward, clipping and both optimisers of EMMA, ViT-B/16 at 224. Images a
/// second.
void emma_step(const Flags& flags);
/// The same of masked CoTEX, two ViT-B/16, `--mask` per cent of the patches left out. Images a
/// second.
void cotex_step(const Flags& flags);
/// The same of MAE, ViT-B/16 behind a mask of 75 % and a decoder of 512 x 8 x 16. Images a second.
void mae_step(const Flags& flags);
/// Draws the curves of CoTEX steps over the mask from two csv files.
void mask_plot(const Flags& flags);
/// Evaluation of ViT-B/16 at 224 with the baseline's head. Images a second.
void vit_eval(const Flags& flags);
/// Evaluation of any network of the registry for expression alone, by `--network` and `--side`.
/// Images a second.
void network_eval(const Flags& flags);
/// Forward, cross entropy, backward, clipping and AdamW of such a network. Images a second.
void network_step(const Flags& flags);
/// 112x112 JPEG files to batches of augmented 224 tensors. Images a second.
void loader(const Flags& flags);
/// An ABAW MTL list into samples. Lines a second.
void list_reading(const Flags& flags);
/// A video's frames, decoded and (unless `--convert 0`) made RGB. Frames a second.
void read_video(const Flags& flags);
/// A video of drawn frames. Frames a second.
void write_video(const Flags& flags);
/// A video's faces found, followed and read; the line says too how many there were, and the
/// processor's milliseconds a frame by stage. `--rows FILE` keeps who was where. Frames a second.
void analyse_clip(const Flags& flags);
/// A network alone, on batches of faces, as threads that read a video run it. Faces a second.
void read_faces(const Flags& flags);
/// How many of the boxes in the shared photographs of several people a detector finds (overlap of
/// 0.5), how many it finds beside them; seconds for all pictures.
void detect_groups(const Flags& flags);
/// Writes a network with fresh weights, which the figures above read with.
void make_network(const Flags& flags);
/// Draws the pictures that `loader` reads.
void draw(const Flags& flags);

}  // namespace mien::bench
