"""Tensors and the tape as text, for gdb_printers.py and lldb_printers.py.

A value here is what the debugger has of the stopped program's memory: value["field"], value[0], pointer.dereference(),
int(value), bool(value). Where debuggers differ, each sets what it has in `debugger`.
"""

import array
import math
import operator

MAX_ELEMENTS = 1 << 24  # print looks at no more of a tensor than this, about a second's work


class Unreadable(Exception):
    """The memory does not hold what its type says, for example before a variable's constructor ran."""


class Refused(Exception):
    """A command cannot be done; the text says why."""


class Debugger:
    """What gdb and lldb do in ways of their own."""

    def pointer(self, value):
        """The raw pointer in a shared_ptr or unique_ptr."""
        raise NotImplementedError

    def text(self, value):
        """A std::string."""
        raise NotImplementedError

    def vector(self, value):
        """The elements of a std::vector."""
        raise NotImplementedError

    def size_of_target(self, pointer):
        """Bytes of what it points to."""
        raise NotImplementedError

    def read_memory(self, address, size):
        raise NotImplementedError

    def evaluate(self, expression):
        """The value of what a person typed, with references and pointers followed. Throws Refused."""
        raise NotImplementedError

    def class_of(self, value):
        """"eca::Tensor\""""
        raise NotImplementedError

    def as_its_class(self, node):
        """What a pointer to a Node points to, as the class it was made as."""
        raise NotImplementedError

    def fields_of(self, value):
        """Names and texts of the fields of a class, without those of its bases."""
        raise NotImplementedError

    def tape(self):
        """The tape being walked by a frame of this thread, else the one that records; None if there is none."""
        raise NotImplementedError


debugger = Debugger()


def use(of):
    global debugger
    debugger = of


# ---- the library's classes, see core/base/shape.hpp, core/memory/storage.hpp, core/autograd/tensor.hpp ----


def extents_of(shape):
    rank = int(shape["rank_"])
    if not 0 <= rank <= 6:
        raise Unreadable("not a shape")
    extents = [int(shape["extents_"][i]) for i in range(rank)]
    if any(extent < 0 for extent in extents):
        raise Unreadable("not a shape")
    return extents


def shape_str(extents):
    return "(" + ",".join(str(extent) for extent in extents) + ")"


class Array:
    """The numbers of a tensor or gradient: shape and storage."""

    def __init__(self, shape, storage):
        self.extents = extents_of(shape)
        self.numel = math.prod(self.extents)
        self.storage = storage.dereference()
        if int(self.storage["size"]) != self.numel or int(self.storage["capacity"]) < self.numel:
            raise Unreadable("shape and storage disagree")

    def read(self, begin=0, count=None):
        """Elements begin .. begin + count, or all."""
        data = self.storage["data"]
        size = debugger.size_of_target(data)
        values = array.array("d" if size == 8 else "f")
        count = self.numel if count is None else count
        if count:
            values.frombytes(debugger.read_memory(int(data) + begin * size, count * size))
        return values

    def range_str(self):
        """'min -2.1 max 3.3 nan 0'"""
        values = self.read(count=min(self.numel, MAX_ELEMENTS))
        if not values:
            return "no elements"
        nans = 0
        if math.isnan(sum(values)):  # a quick look; infinities of both signs also come here
            finite_or_infinite = [value for value in values if value == value]
            nans = len(values) - len(finite_or_infinite)
            values = finite_or_infinite
        part = "" if self.numel <= MAX_ELEMENTS else f" (of the first {MAX_ELEMENTS} elements)"
        if not values:
            return f"all {nans} nan{part}"
        return f"min {min(values):g} max {max(values):g} nan {nans}{part}"

    def index_str(self, offset):
        """The index of the element at an offset: '(0,3,17,2)'."""
        index = []
        for extent in reversed(self.extents):
            index.insert(0, offset % extent)
            offset //= extent
        return shape_str(index)


class GradientView:
    """An eca::Gradient, seen as a tensor."""

    def __init__(self, gradient):
        self.shape = shape_str(extents_of(gradient["shape"]))
        self.name = "d " + debugger.text(gradient["name"])
        self.defined = bool(gradient["touched"])
        self.array = Array(gradient["shape"], debugger.pointer(gradient["storage"])) if self.defined else None


class TensorView:
    """An eca::Tensor."""

    def __init__(self, value):
        body = debugger.pointer(value["body_"])
        self.defined = int(body) != 0
        if self.defined:
            body = body.dereference()
            storage = debugger.pointer(body["storage"])
            self.array = Array(body["shape"], storage) if int(storage) else None
            self.shape = shape_str(extents_of(body["shape"]))
            self.name = debugger.text(body["name"])
            self.gradient = debugger.pointer(body["gradient"])

    def __str__(self):
        if not self.defined:
            return "Tensor (undefined)"
        grad = "yes" if int(self.gradient) else "no"
        node = node_that_made(self.gradient)
        values = self.array.range_str() if self.array else "not stored"
        return (
            f'Tensor "{self.name}" {self.shape} {values} grad {grad}'
            + (f" node #{int(node['seq_'])}" if node is not None else "")
        )


def gradient_str(gradient):
    """An eca::Gradient."""
    about = f'"{debugger.text(gradient["name"])}" {shape_str(extents_of(gradient["shape"]))}'
    if not gradient["touched"]:
        return f"Gradient of {about} untouched: the next writer assigns"
    return f"Gradient of {about} {Array(gradient['shape'], debugger.pointer(gradient['storage'])).range_str()}"


def saved_str(saved):
    tensor = TensorView(saved["tensor_"])
    if not tensor.defined:
        return "Saved (undefined)"
    then = int(saved["version_"])
    now = int(tensor.array.storage["version"]) if tensor.array else then
    return f"Saved {tensor}" + ("" if then == now else f", WRITTEN SINCE: version {then} then, {now} now")


def slot_str(slot):
    if int(slot["data"]) == 0:
        return "GradSlot (not wanted)"
    return f"GradSlot {int(slot['data']):#x}, {'add to it' if slot['add'] else 'assign it'}"


def gradient_pointer_str(value):
    gradient = debugger.pointer(value)
    return gradient_str(gradient.dereference()) if int(gradient) else "no gradient is wanted"


# ---- the tape, see core/autograd/tape.hpp ----


def nodes_of(tape):
    """The nodes still to be walked, each as its own class."""
    pointers = [debugger.pointer(owner) for owner in debugger.vector(tape["nodes_"])]
    return [debugger.as_its_class(node) for node in pointers if int(node)]


def node_that_made(gradient):
    """The node whose output has this gradient, if it is on the tape."""
    if not int(gradient):
        return None
    try:
        tape = debugger.tape()
        if tape is None:
            return None
        for owner in debugger.vector(tape["nodes_"]):
            node = debugger.pointer(owner)
            if int(node) and int(debugger.pointer(node["output_"])) == int(gradient):
                return debugger.as_its_class(node)
    except Unreadable:
        pass
    return None


def class_name(node):
    return debugger.class_of(node).rpartition("::")[2]


def tape_here():
    tape = debugger.tape()
    if tape is None:
        raise Refused("this thread has no tape: nothing is being recorded or walked")
    return tape


def show_tape():
    tape = tape_here()
    nodes = nodes_of(tape)
    rows = [("seq", "node", "scope", "output", "saved bytes")]
    for node in nodes:
        shape = shape_str(extents_of(debugger.pointer(node["output_"])["shape"]))
        scope = debugger.text(node["scope_"])
        rows.append((str(int(node["seq_"])), class_name(node), scope, shape, str(int(node["saved_bytes_"]))))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for seq, name, scope, shape, saved in rows:
        print(
            f"{seq:>{widths[0]}}  {name:<{widths[1]}}  {scope:<{widths[2]}}  {shape:<{widths[3]}}"
            f"  {saved:>{widths[4]}}"
        )
    recorded = len(debugger.vector(tape["nodes_"]))
    print(f"{len(nodes)} of {recorded} nodes" + (" left to walk" if len(nodes) < recorded else ""))


def show_node(arguments):
    number = int(debugger.evaluate(" ".join(arguments) or "-1"))
    for node in nodes_of(tape_here()):
        if int(node["seq_"]) == number:
            break
    else:
        raise Refused(f"no node #{number} on the tape; `tape` lists those there are")
    print(f"node #{int(node['seq_'])} {class_name(node)} in {debugger.text(node['scope_']) or 'no module'}")
    for name, value in debugger.fields_of(node):
        print(f"  {name} = {value}")
    for i, gradient in enumerate(debugger.vector(node["inputs_"])):
        gradient = debugger.pointer(gradient)
        print(f"  input {i}: " + (gradient_str(gradient.dereference()) if int(gradient) else "wants no gradient"))
    print(f"  output:  {gradient_str(debugger.pointer(node['output_']).dereference())}")


# ---- looking into tensors ----


def tensor_argument(expression):
    value = debugger.evaluate(expression)
    if debugger.class_of(value) == "eca::Saved":
        value = value["tensor_"]
    if debugger.class_of(value) == "std::shared_ptr<eca::Gradient>":
        value = debugger.pointer(value)
        if not int(value):
            raise Refused(f"{expression}: no gradient is wanted there")
        value = value.dereference()
    views = {"eca::Tensor": TensorView, "eca::Gradient": GradientView}
    if debugger.class_of(value) not in views:
        raise Refused(f"{expression} is a {debugger.class_of(value)}, expected an eca::Tensor or its gradient")
    try:
        tensor = views[debugger.class_of(value)](value)
    except Unreadable as error:
        raise Refused(f"{expression}: no valid tensor here: {error}") from None
    if not tensor.defined:
        raise Refused(
            f"{expression} is an undefined tensor"
            if isinstance(tensor, TensorView)
            else f'{expression}: "{tensor.name}" {tensor.shape} has not been written yet'
        )
    if tensor.array is None:
        raise Refused(f'{expression}: "{tensor.name}" {tensor.shape} is not stored')
    return tensor


def print_table(values, columns):
    """Values, row by row, as a table of so many columns."""
    cells = [f"{value:.3g}" for value in values]
    width = max(map(len, cells), default=0)
    for begin in range(0, len(cells), max(columns, 1)):
        print(" ".join(cell.rjust(width) for cell in cells[begin : begin + columns]))


def show_plane(arguments):
    if len(arguments) not in (1, 3):
        raise Refused("usage: plane X N C for X (N,H,W,C), as in: plane dy 0 3; plane X for X (N,C)")
    tensor = tensor_argument(arguments[0])
    extents, shape = tensor.array.extents, shape_str(tensor.array.extents)
    if len(arguments) == 1:
        if len(extents) not in (1, 2):
            raise Refused(f'"{tensor.name}" {shape} has not two axes N,C: give an image and a channel too')
        print(f'"{tensor.name}" {shape}')
        print_table(tensor.array.read(), extents[-1])
        return
    n, c = (int(debugger.evaluate(expression)) for expression in arguments[1:])
    if len(extents) != 4:
        raise Refused(f'"{tensor.name}" {shape} does not have the four axes N,H,W,C')
    images, height, width, channels = extents
    if not (0 <= n < images and 0 <= c < channels):
        raise Refused(f'"{tensor.name}" {shape} has no image {n} with a channel {c}')
    image = tensor.array.read(n * height * width * channels, height * width * channels)
    print(f'"{tensor.name}" {shape}, image {n}, channel {c}')
    print_table(image[c::channels], width)


def show_difference(arguments):
    if len(arguments) != 2:
        raise Refused("usage: tdiff A B")
    a, b = (tensor_argument(expression) for expression in arguments)
    if a.array.extents != b.array.extents:
        raise Refused(f"{shape_str(a.array.extents)} and {shape_str(b.array.extents)} cannot be compared")
    left, right = a.array.read(), b.array.read()
    if left.tobytes() == right.tobytes():
        print(f"equal in every bit, {a.array.numel} elements")
        return
    differences = [
        0.0 if x == y or (x != x and y != y) else math.inf if d != d else d  # NaN against a number: infinite
        for x, y, d in zip(left, right, map(abs, map(operator.sub, left, right)))
    ]
    largest = max(differences)
    where = differences.index(largest)
    print(
        f"max |a - b| = {largest:g} at {a.array.index_str(where)}: {left[where]:.9g} and {right[where]:.9g}; "
        f"{sum(d != 0 for d in differences)} of {a.array.numel} elements differ"
    )


# Name: what it does, and how.
COMMANDS = {
    "tape": ("tape: lists the nodes of this thread's tape that are still to be walked.", lambda arguments: show_tape()),
    "tape-node": (
        "tape-node SEQ: one node of the tape: what it saved, and the gradients it reads and writes.",
        show_node,
    ),
    "plane": (
        "plane X N C: image N, channel C of a tensor X (N,H,W,C), as a table of H rows and W columns.\n"
        "plane X: all of a tensor X (N,C), as a table of N rows and C columns; of a tensor X (N), as one row.",
        show_plane,
    ),
    "tdiff": ("tdiff A B: the largest difference of two tensors of one shape, and where it is.", show_difference),
}
