#!/usr/bin/env python3
"""Writes the small .pth files of the weight readers' tests, and expected.json.

Files that are meant to be read are written by PyTorch itself (made with 1.13) where PyTorch can write them, and the
expected values are always what torch.load returns. Files in hostile/ are assembled by hand; expected.json holds a part
of the message that must refuse each of them. No file is ever loaded here before it is known to be harmless.

Usage: python3 make_goldens.py
"""
import collections
import io
import json
import pickle
import shutil
import struct
import sys
import zipfile
import zlib
from pathlib import Path

import torch

HERE = Path(__file__).parent
expected = {"read": {}, "refused": {}}


def bits(tensor):
    """The f32 bit patterns of a floating-point tensor, row-major."""
    return tensor.detach().float().contiguous().view(torch.int32).flatten().tolist()


def note(name, state):
    """Records the tensors of `state` as what must be read from the file `name`."""
    entry = {"tensors": {}, "skipped": {}}
    for key, tensor in state.items():
        if tensor.is_floating_point():
            entry["tensors"][key] = {"shape": list(tensor.shape), "bits": bits(tensor)}
        else:
            entry["skipped"][key] = {"shape": list(tensor.shape), "type": tensor.type().replace("Tensor", "Storage")}
    expected["read"][name] = entry


# Files that are read ---------------------------------------------------------------------------------------------

def save(name, value, state_of=lambda loaded: loaded):
    """Saves `value` in both formats, and notes what torch.load makes of it."""
    for suffix, zipped in (("zip", True), ("legacy", False)):
        path = HERE / f"{name}_{suffix}.pth"
        torch.save(value, path, _use_new_zipfile_serialization=zipped)
        note(path.name, state_of(torch.load(path)))


def values(*shape, dtype=torch.float32):
    torch.manual_seed(sum(shape) + 7)
    return torch.randn(*shape).to(dtype)


def readable():
    save("types", {
        "float": values(2, 3), "half": values(5, dtype=torch.float16), "bfloat16": values(5, dtype=torch.bfloat16),
        "double": values(4, dtype=torch.float64), "double.beyond": torch.tensor(
            [1e300, -1e300, 1e-300, 0.1], dtype=torch.float64),
        "half.special": torch.tensor([float("inf"), -float("inf"), -0.0, 6e-8, 65504.0], dtype=torch.float16),
        "not.finite": torch.tensor([float("inf"), -float("inf"), float("nan")]),
        "scalar": torch.tensor(2.5), "empty": torch.zeros(0, 3),
        "long": torch.tensor(7), "int": torch.ones(2, dtype=torch.int32), "short": torch.ones(2, dtype=torch.int16),
        "char": torch.ones(2, dtype=torch.int8), "byte": torch.ones(2, dtype=torch.uint8), "bool": torch.tensor([True]),
    })
    base = values(6, 8)
    save("views", {
        "whole": base, "transposed": base.t(), "column": base[:, 3], "rows": base[2:4], "every.other": base[::2, 1::3],
        "permuted": values(2, 3, 4, 5).permute(3, 1, 0, 2), "expanded": values(3, 1).expand(3, 4),
        "half.transposed": values(3, 2, dtype=torch.float16).t(), "double.column": values(3, 3).double()[:, 1],
        "single": base[3:4, 5:6], "tied": base, "channels.last": values(2, 3, 4, 4).to(memory_format=torch.channels_last),
    })
    network = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3))
    for parameter in network.parameters():
        parameter.data = values(*parameter.shape)
    state = network.state_dict()  # an OrderedDict with an attribute, _metadata
    save("module", state)
    save("parameters", dict(network.named_parameters()))
    for key in ("state_dict", "model", "model_state_dict"):
        save(f"nested_{key}", {"epoch": 3, "best": torch.tensor(0.5), "lr": 1e-3, key: state, "name": "x", "no": None},
             lambda loaded: loaded[key])
    save("prefixed", collections.OrderedDict((f"module.{k}", v) for k, v in state.items()),
         lambda loaded: {k[len("module."):]: v for k, v in loaded.items()})
    for protocol in (3, 4, 5):
        for suffix, zipped in (("zip", True), ("legacy", False)):
            path = HERE / f"protocol{protocol}_{suffix}.pth"
            torch.save({"weight": values(2, 2)}, path, pickle_protocol=protocol, _use_new_zipfile_serialization=zipped)
            note(path.name, torch.load(path))
    rezipped()
    legacy_views()


def rezipped():
    """The same archive deflated, and with zip64 records that Python's zipfile would write from 4 GiB on."""
    source = HERE / "module_zip.pth"
    with zipfile.ZipFile(source) as archive:
        entries = [(info.filename, archive.read(info)) for info in archive.infolist()]
    deflated = HERE / "deflated_zip.pth"
    with zipfile.ZipFile(deflated, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    note(deflated.name, torch.load(source))
    wide = HERE / "zip64_zip.pth"
    wide.write_bytes(zip_bytes(entries, wide=True))
    with zipfile.ZipFile(wide) as archive:  # Python agrees that it is whole
        assert archive.testzip() is None and len(archive.namelist()) == len(entries)
    note(wide.name, torch.load(wide))


def legacy_views():
    """A storage that is a view of another, as PyTorch before 0.4 wrote it."""
    stored = values(10)
    state = {"view": Tensor(("storage", torch.FloatStorage, "7", "cpu", 10, ("8", 4, 6)), 1, (2, 2), (2, 1))}
    path = HERE / "storage_view_legacy.pth"
    path.write_bytes(legacy_bytes(pickled(state), ["7"], struct.pack("<q", 10) + stored.numpy().tobytes()))
    note(path.name, {"view": stored[5:9].reshape(2, 2)})


# Files by hand ---------------------------------------------------------------------------------------------------

class Storage:
    def __init__(self, identity):
        self.identity = identity


class Tensor:
    """Pickles as _rebuild_tensor_v2 with the given numbers, sensible or not."""

    def __init__(self, identity, offset, size, stride):
        self.arguments = (Storage(identity), offset, size, stride, False, collections.OrderedDict())

    def __reduce__(self):
        return torch._utils._rebuild_tensor_v2, self.arguments


class Call:
    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


class Pickler(pickle.Pickler):
    def persistent_id(self, value):
        return value.identity if isinstance(value, Storage) else None


def pickled(value, protocol=2):
    stream = io.BytesIO()
    Pickler(stream, protocol).dump(value)
    return stream.getvalue()


def legacy_bytes(pickle_bytes, keys, data, facts=None, magic=0x1950A86A20F9469CFC6C, version=1001):
    facts = facts or {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    return b"".join([pickled(magic), pickled(version), pickled(facts), pickle_bytes, pickled(keys), data])


def zip_bytes(entries, wide=False, method=0, flags=0, lie=None, local_names=None, checksum=None):
    """A zip archive by APPNOTE.TXT; `wide` puts sizes and offsets into zip64 fields."""
    out, central = b"", b""
    for index, (name, data) in enumerate(entries):
        packed = data
        if method == 8:
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            packed = packer.compress(data) + packer.flush()
        size, crc = lie or len(data), zlib.crc32(data) if checksum is None else checksum
        local = (local_names or {}).get(name, name).encode()
        header = struct.pack("<HHHHHIII", 45, flags, method, 0, 33, crc, len(packed), min(size, 0xFFFFFFFF))
        offset = len(out)
        out += b"PK\3\4" + header + struct.pack("<HH", len(local), 0) + local + packed
        ones, extra = 0xFFFFFFFF, b""
        if wide:
            header = struct.pack("<HHHHHIII", 45, flags, method, 0, 33, crc, ones, ones)
            extra = struct.pack("<HHQQQ", 1, 24, size, len(packed), offset)
        central += (b"PK\1\2" + struct.pack("<H", 45) + header
                    + struct.pack("<HHHHHII", len(name), len(extra), 0, 0, 0, 0, ones if wide else offset)
                    + name.encode() + extra)
    start = len(out)
    out += central
    count = len(entries)
    if wide:
        record = len(out)
        out += b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, len(central), start)
        out += b"PK\6\7" + struct.pack("<IQI", 0, record, 1)
        return out + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return out + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(central), start, 0)


ID = ("storage", torch.FloatStorage, "0", "cpu", 6)
DATA = struct.pack("<6f", *range(6))


def entries(pickle_bytes, data=DATA, **more):
    found = [("a/data.pkl", pickle_bytes), ("a/data/0", data), ("a/version", b"3\n")]
    return found + [(f"a/{name}", content) for name, content in more.items()]


def hostile(name, content, message):
    (HERE / "hostile" / name).write_bytes(content)
    expected["refused"][f"hostile/{name}"] = message


def hostile_pickle(name, pickle_bytes, message, deflated=False):
    hostile(f"{name}.pth", zip_bytes(entries(pickle_bytes), method=8 if deflated else 0), message)


def refused_globals():
    import os
    import builtins
    for protocol in (2, 4):
        hostile_pickle(f"system_protocol{protocol}", pickled({"w": Call(os.system, "true")}, protocol), "asks for posix.system")
        module = "__builtin__" if protocol == 2 else "builtins"
        hostile_pickle(f"eval_protocol{protocol}", pickled(Call(builtins.eval, "1"), protocol), f"asks for {module}.eval")
    hostile_pickle("load_from_bytes", pickled({"w": Call(torch.storage._load_from_bytes, b"")}),
                   "asks for torch.storage._load_from_bytes")
    hostile_pickle("whole_module", pickled(torch.nn.ReLU()), "asks for torch.nn.modules.activation.ReLU")
    hostile_pickle("storage_call", b"\x80\x02ctorch\nFloatStorage\n)R.", "asks for torch.FloatStorage()")
    hostile_pickle("dotted_global", b"\x80\x04\x8c\x05torch\x8c\x09os.system\x93)R.", "asks for torch.os.system")
    system = pickled({"w": Call(os.system, "true")})
    hostile("system_legacy.pth", legacy_bytes(system, [], b""), "asks for posix.system")


def broken_pickles():
    call = b"\x80\x02ccollections\nOrderedDict\n"
    rows = [
        ("reduce_of_text", b"\x80\x02X\x01\0\0\0x)R.", "what is no global is called"),
        ("reduce_without_tuple", call + b"K\x01R.", "the arguments are no tuple"),
        ("empty_stack", b"\x80\x020.", "empty stack"), ("stop_at_once", b"\x80\x02.", "empty stack"),
        ("below_mark", b"\x80\x02K\x01(0\x850.", "empty stack"), ("no_mark", b"\x80\x02t.", "no MARK"),
        ("odd_items", b"\x80\x02}(K\x01u.", "a key without a value"),
        ("items_of_number", b"\x80\x02K\x01K\x02a.", "no list"), ("build_of_number", b"\x80\x02K\x01K\x02b.", "no dict"),
        ("memo_unknown", b"\x80\x02h\x09.", "nothing is in the memo at 9"),
        ("opcode_inst", b"\x80\x02(ios\nsystem\n.", "pickle opcode 0x69"), ("opcode_obj", b"\x80\x02(o.", "pickle opcode 0x6f"),
        ("opcode_ext", b"\x80\x02\x82\x01.", "pickle opcode 0x82"), ("protocol_9", b"\x80\x09N.", "pickle protocol 9"),
        ("text_not_utf8", b"\x80\x02X\x01\0\0\0\xff.", "not UTF-8"),
        ("huge_text", b"\x80\x02X\xff\xff\xff\xff.", "4294967295 bytes are needed"),
        ("huge_text8", b"\x80\x04\x8d" + b"\xff" * 8 + b".", "no possible count"),
        ("huge_bytes8", b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f.", "bytes are needed"),
        ("negative_long4", b"\x80\x02\x8b\xff\xff\xff\xff.", "no possible count"),
        ("global_without_end", b"\x80\x02cos", "ends within"),
        ("number", b"\x80\x02K\x01.", "no tensors found"), ("foreign_persistent_id", b"\x80\x02K\x01Q.", "persistent id"),
        ("list_cycle", b"\x80\x02]q\0h\0a.", "no tensors found"),
        ("dict_cycle", b"\x80\x02}q\0X\x0a\0\0\0state_dicth\0s.", "the top level has state_dict"),
        ("no_tensors", pickled({"epoch": 3, "options": {}}), "the top level has epoch, options"),
    ]
    for name, content, message in rows:
        hostile_pickle(name, content, message)
    deep = 200_000
    hostile_pickle("deep_lists", b"\x80\x02" + b"]" * deep + b"a" * (deep - 1) + b".", "no tensors found", deflated=True)
    hostile_pickle("deep_tuples", b"\x80\x02)" + b"\x85" * deep + b".", "no tensors found", deflated=True)
    hostile_pickle("laughs", b"\x80\x02)q\0" + b"h\0h\0\x86q\0" * 10_000 + b".", "no tensors found", deflated=True)
    hostile_pickle("dup_bomb", b"\x80\x02N" + b"2" * 1_200_000 + b".", "values on the pickle's stack", deflated=True)
    hostile_pickle("mark_bomb", b"\x80\x02" + b"(" * 1_200_000 + b".", "open marks", deflated=True)
    items = b"\x80\x02](" + b"NN\x86" * 10_000 + b"eq\x01ccollections\nOrderedDict\nq\x02"
    hostile_pickle("copy_bomb", items + b"h\x02h\x01\x85R0" * 1_000 + b".", "objects and items", deflated=True)


def tensors_outside():
    far = 2 ** 62
    rows = [
        ("too_long", (0, (7,), (1,)), "tensor w reaches outside its storage: it needs 7 values, the storage has 6"),
        ("offset_beyond", (4, (3,), (1,)), "it needs 7 values"), ("stride_beyond", (0, (2, 3), (4, 1)), "it needs 7 values"),
        ("negative_offset", (-1, (3,), (1,)), "tensor w: a size, stride or offset is negative"),
        ("negative_size", (0, (-1, -6), (1, 1)), "is negative"), ("negative_stride", (5, (6,), (-1,)), "is negative"),
        ("product_overflow", (0, (far, 4), (0, 0)), "more values than can be counted"),
        ("hidden_overflow", (0, (0, far, 4), (0, 0, 0)), "more values than can be counted"),
        ("stride_overflow", (0, (3, 2), (far, far)), "more values than can be counted"),
        ("offset_overflow", (2 ** 63 - 1, (2,), (1,)), "more values than can be counted"),
        ("stride_zero_bomb", (0, (2 ** 20, 2 ** 20), (0, 0)), "values that must be copied"),
        ("rank_mismatch", (0, (2, 3), (1,)), "_rebuild_tensor takes"), ("rank_bomb", (0, (1,) * 65, (1,) * 65), "dimensions"),
        ("size_beyond_64_bits", (0, (2 ** 70,), (1,)), "_rebuild_tensor takes"),
    ]
    for name, (offset, size, stride), message in rows:
        hostile_pickle(name, pickled({"w": Tensor(ID, offset, size, stride)}), message)
    tensor = pickled({"w": Tensor(ID, 0, (6,), (1,))})
    idle = pickled({"w": Tensor(ID, 1, (1, 5, 1), (2 ** 63 - 1, 1, 2 ** 63 - 1))})
    (HERE / "idle_strides.pth").write_bytes(zip_bytes(entries(idle)))
    note("idle_strides.pth", {"w": torch.arange(1, 6).float().reshape(1, 5, 1)})
    hostile("storage_short.pth", zip_bytes(entries(tensor, data=DATA[:-1])), "too few for the 6 values")
    hostile("storage_missing.pth", zip_bytes([("a/data.pkl", tensor)]), "storage 0 are not in the file")
    negative = pickled({"w": Tensor(ID[:4] + (-6,), 0, (6,), (1,))})
    hostile("storage_negative.pth", zip_bytes(entries(negative)), "persistent id")
    vast = pickled({"w": Tensor(ID[:4] + (2 ** 62,), 0, (6,), (1,))})
    hostile("storage_vast.pth", zip_bytes(entries(vast)), "too few")
    legacy(tensor)


def legacy(tensor):
    data = struct.pack("<q", 6) + DATA
    hostile("legacy_missing.pth", legacy_bytes(tensor, [], b""), "storage 0 are not in the file")
    hostile("legacy_unknown_key.pth", legacy_bytes(tensor, ["0", "1"], data), "a storage that the object does not have")
    hostile("legacy_count.pth", legacy_bytes(tensor, ["0"], struct.pack("<q", 5) + DATA), "it has 5 values")
    hostile("legacy_negative.pth", legacy_bytes(tensor, ["0"], struct.pack("<q", -6) + DATA), "no possible count")
    hostile("legacy_trailing.pth", legacy_bytes(tensor, ["0"], data + b"!"), "1 bytes follow")
    hostile("legacy_cut.pth", legacy_bytes(tensor, ["0"], data[:-1]), "24 bytes are needed and 23 are left")
    hostile("legacy_version.pth", legacy_bytes(tensor, ["0"], data, version=1002), "legacy protocol version 1002")
    hostile("legacy_big_endian.pth", legacy_bytes(tensor, ["0"], data, facts={"little_endian": False}), "little-endian")
    view = pickled({"w": Tensor(ID + (("1", 4, 3),), 0, (3,), (1,))})
    hostile("legacy_view.pth", legacy_bytes(view, ["0"], data), "a view reaches outside its storage")
    outside = pickled({"w": Tensor(ID + (("1", 4, 2),), 0, (3,), (1,))})
    hostile("legacy_view_outside.pth", legacy_bytes(outside, ["0"], data), "it needs 3 values, the storage has 2")
    two = pickled([Tensor(ID, 0, (6,), (1,)), Tensor(ID[:4] + (7,), 0, (6,), (1,))])
    hostile("legacy_two_sizes.pth", legacy_bytes(two, ["0"], data), "two types or sizes")


def archives():
    good = entries(pickled({"w": Tensor(ID, 0, (6,), (1,))}))
    hostile("checksum.pth", zip_bytes(good, checksum=1), "its CRC-32 is")
    hostile("encrypted.pth", zip_bytes(good, flags=1), "encrypted")
    hostile("method.pth", zip_bytes(good, method=12), "zip method 12")
    hostile("twice.pth", zip_bytes(good + good[:1]), "two entries are named a/data.pkl")
    hostile("other_name.pth", zip_bytes(good, local_names={"a/data.pkl": "a/else.pkl"}), "another name")
    hostile("size_lie.pth", zip_bytes(good, method=8, lie=7), "expands to")
    hostile("stored_size_lie.pth", zip_bytes(good, lie=7), "its two sizes differ")
    hostile("bomb.pth", zip_bytes(good, method=8, lie=10 ** 9), "bytes in deflated entries")
    hostile("bomb_small.pth", zip_bytes(good[:2], method=8, lie=10 ** 7), "cannot expand to")
    hostile("wide_lie.pth", zip_bytes(good[:2], wide=True, lie=2 ** 63 - 1), "its two sizes differ")
    hostile("big_endian.pth", zip_bytes(good + [("a/byteorder", b"big")]), "byte order \"big\"")
    hostile("version.pth", zip_bytes(good[:2] + [("a/version", b"11")]), "archive version")
    hostile("torchscript.pth", zip_bytes(good + [("a/constants.pkl", b"")]), "TorchScript")
    hostile("no_pickle.pth", zip_bytes([("a/x", b"")]), "0 entries */data.pkl")
    hostile("two_pickles.pth", zip_bytes(good + [("b/data.pkl", b"")]), "2 entries */data.pkl")
    whole = zip_bytes(good)
    hostile("many_entries.pth", whole[:-14] + struct.pack("<HHIIH", 9, 9, *struct.unpack("<II", whole[-10:-2]), 0),
            "ends within the zip directory")
    hostile("directory_outside.pth", whole[:-6] + struct.pack("<IH", 0xFFFFFF, 0), "outside the file")


def main():
    assert sys.byteorder == "little"
    shutil.rmtree(HERE / "hostile", ignore_errors=True)
    (HERE / "hostile").mkdir()
    readable()
    refused_globals()
    broken_pickles()
    tensors_outside()
    archives()
    text = json.dumps(expected, indent=0, sort_keys=True, separators=(",", ":"))
    (HERE / "expected.json").write_text(text + "\n")


main()
