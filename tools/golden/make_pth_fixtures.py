#!/usr/bin/env python3
"""Writes the small .pth files under tests/golden/pth and what must be read from them (expected.safetensors).

Run with a Python that has torch and numpy:  tools/golden/make_pth_fixtures.py [FOLDER]
The tensors are whole numbers and quarters, so every type holds them exactly.
"""
import argparse
import collections
import json
import os
import pathlib
import pickle
import struct
import sys
import zipfile

import numpy as np
import torch

TYPES = {
    "float32": (torch.float32, "F32"),
    "float64": (torch.float64, "F64"),
    "float16": (torch.float16, "F16"),
    "bfloat16": (torch.bfloat16, "BF16"),
    "int64": (torch.int64, "I64"),
    "int32": (torch.int32, "I32"),
    "int16": (torch.int16, "I16"),
    "int8": (torch.int8, "I8"),
    "uint8": (torch.uint8, "U8"),
    "bool": (torch.bool, "BOOL"),
}


def plain_state():
    """One tensor a type, and the shapes that need strides, offsets and shared storages."""
    state = collections.OrderedDict()
    for name, (kind, _) in TYPES.items():
        state["type." + name] = torch.arange(6).reshape(2, 3).to(kind)
    grid = torch.arange(24, dtype=torch.float32).reshape(4, 6) / 4
    state["shape.whole"] = grid
    state["shape.transposed"] = grid.t()
    state["shape.part"] = grid[1:3, 2:5]
    state["shape.scalar"] = torch.tensor(2.5)
    state["shape.empty"] = torch.zeros(0, 3)
    state["parameter"] = torch.nn.Parameter(torch.tensor([1.0, -2.0]))
    return state


def training_checkpoint():
    """What a training program keeps beside the weights."""
    return {
        "model": collections.OrderedDict(weight=torch.tensor([[1.0, 2.0], [3.0, 4.0]])),
        "optimizer": {"state": {0: {"step": 3, "exp_avg": torch.zeros(2, 2)}}, "param_groups": [{"lr": 0.5}]},
        "epoch": 12,
        "best": 0.75,
        "name": "a checkpoint",
        "done": True,
        "nothing": None,
        "pair": (1, -1),
        "large": 1 << 70,
        "args": argparse.Namespace(lr=0.5, betas=(0.9, 0.95)),
    }


def views_checkpoint():
    """What CoTEX's program keeps: a list of state dicts, one from within DataParallel, and scores as NumPy's numbers."""
    def view(prefix, value):
        return collections.OrderedDict({f"{prefix}vit.head.bias": torch.full((2,), value), f"{prefix}vit.cls_token": torch.zeros(1, 1, 4)})

    return {"epoch": 5, "args": {"mask_rate": 0.75}, "train_acc": np.float64(72.5), "val_acc": [np.float64(70.25)],
            "val_f1_arr": [[np.float64(1.0), np.float64(2.0)]], "state_dicts": [view("", 1.0), view("module.", 2.0)]}


class ScriptPart(torch.nn.Module):
    """What TorchScript's archives have beside tensors: lists, dicts and numbers."""

    def __init__(self, value):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.full((2, 2), value).half())
        self.register_buffer("count", torch.tensor(3))
        self.sizes = [1, 2]
        self.scales = {"a": 0.5}

    def forward(self, x):
        return x @ self.weight * float(self.sizes[0]) * self.scales["a"]


def script_module():
    """As OpenAI hands on CLIP."""
    module = torch.nn.Module()
    module.visual = torch.nn.Sequential(ScriptPart(1.0), ScriptPart(2.0))
    module.logit_scale = torch.nn.Parameter(torch.tensor(4.5))
    return torch.jit.script(module)


# A module that is an attribute of itself.
CIRCULAR = b"\x80\x02c__torch__\nA\n)\x81q\x00}X\x01\x00\x00\x00ah\x00sb."


def shared_modules(levels):
    """Modules that each hold the next one twice: as a tree they would be 2^levels."""
    part = b"c__torch__\nA\n)\x81}X\x01\x00\x00\x00aNsb"
    pickled = b"\x80\x02" + part + b"q\x00"
    for level in range(levels):
        memo = bytes([level])
        pickled += b"0c__torch__\nA\n)\x81}(X\x01\x00\x00\x00ah" + memo + b"X\x01\x00\x00\x00bh" + memo + b"ubq" + bytes([level + 1])
    return pickled + b"."


def write_safetensors(path, state):
    names = {kind: short for kind, short in TYPES.values()}
    header, body = {}, b""
    for name, tensor in state.items():
        tensor = tensor.detach().contiguous()
        raw = bytes(tensor.reshape(-1).view(torch.uint8).tolist()) if tensor.numel() else b""
        header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


class Hostile:
    """Asks for a command to be run when it is unpickled by a reader that runs what it reads."""

    def __reduce__(self):
        return os.system, ("touch hostile-pickle-ran",)


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                          pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "pth")
    folder.mkdir(parents=True, exist_ok=True)
    state = plain_state()
    write_safetensors(folder / "expected.safetensors", state)
    torch.save(state, folder / "plain_zip.pth")
    torch.save(state, folder / "plain_stream.pth", _use_new_zipfile_serialization=False)
    for form, zipped in (("zip", True), ("stream", False)):
        torch.save(training_checkpoint(), folder / f"training_{form}.pth", _use_new_zipfile_serialization=zipped)
        torch.save(views_checkpoint(), folder / f"views_{form}.pth", _use_new_zipfile_serialization=zipped)
        torch.save({"weight": torch.zeros(1), "extra": Hostile()}, folder / f"hostile_{form}.pth",
                   _use_new_zipfile_serialization=zipped)
        torch.save(state, folder / f"protocol4_{form}.pth", pickle_protocol=4,
                   _use_new_zipfile_serialization=zipped)
    torch.jit.save(script_module(), folder / "script_zip.pth")
    for name, pickled in (("circular", CIRCULAR), ("shared", shared_modules(40))):
        with zipfile.ZipFile(folder / f"{name}_script_zip.pth", "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(zipfile.ZipInfo(f"{name}/data.pkl"), pickled)
    (folder / "no_torch.pth").write_bytes(pickle.dumps({"weight": 1}, protocol=2))


if __name__ == "__main__":
    main()
