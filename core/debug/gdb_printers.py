"""What gdb knows about tensors and the tape.

    gdb -x core/debug/gdb_printers.py --args build/debug/eca train --data synthetic --steps 1
    (gdb) break eca::Conv2dBackward::backward
    (gdb) run

    print x         Tensor "layer1.0.conv1.y" (128,32,32,16) min -2.1 max 3.3 nan 0 grad yes node #41
    print inputs_   in a backward: the gradients it writes
    plane x 0 3     image 0, channel 3 of x (N,H,W,C) as a table of H rows and W columns
    plane z         z (N,C) as a table of N rows and C columns; z (N) as one row
    tdiff a b       the largest difference of two tensors, and where it is
    tape            the nodes of this thread's tape that are still to be walked
    tape-node 41    one node: what it saved, and the gradients it reads and writes

A tensor may also be what a node saved (Saved) or a gradient: `plane *x.gradient() 0 3`, or `plane inputs_[0] 0 3` in a
backward. `step` enters the kernel that runs, and not the choice between it and its twin.

Everything here only reads the stopped program's memory. Nothing is called in it, so that all of this also works in
a core file, in optimised code, and with every thread stopped.
"""

import array
import math
import operator

import gdb
import gdb.printing

MAX_ELEMENTS = 1 << 24  # print looks at no more of a tensor than this, about a second's work


class Unreadable(Exception):
    """The memory does not hold what its type says, for example before a variable's constructor ran."""


# ---- reading the library's classes, see core/base/shape.hpp, core/memory/storage.hpp, core/autograd/tensor.hpp ----


def pointer(value):
    """The raw pointer in a shared_ptr or unique_ptr."""
    for name in ("_M_ptr", "__ptr_"):  # a shared_ptr of libstdc++ or libc++
        try:
            return value[name]
        except gdb.error:
            pass
    target = value.type.strip_typedefs().template_argument(0)
    return value.address.cast(target.pointer().pointer()).dereference()  # a unique_ptr is a pointer and no more


def text(value):
    """A std::string."""
    try:
        return value["_M_dataplus"]["_M_p"].string(length=int(value["_M_string_length"]))
    except UnicodeDecodeError as error:
        raise Unreadable("not a text") from error
    except gdb.error:  # another standard library: as gdb prints it
        return str(value).strip('"')


def vector(value):
    """The elements of a std::vector."""
    data = value["_M_impl"]
    return [data["_M_start"][i] for i in range(int(data["_M_finish"] - data["_M_start"]))]


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
        real = data.type.target().strip_typedefs()
        values = array.array("d" if real.sizeof == 8 else "f")
        count = self.numel if count is None else count
        if count:
            address = int(data) + begin * real.sizeof
            values.frombytes(gdb.selected_inferior().read_memory(address, count * real.sizeof).tobytes())
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
        self.name = "d " + text(gradient["name"])
        self.defined = bool(gradient["touched"])
        self.array = Array(gradient["shape"], pointer(gradient["storage"])) if self.defined else None


class TensorView:
    """An eca::Tensor."""

    def __init__(self, value):
        body = pointer(value["body_"])
        self.defined = int(body) != 0
        if self.defined:
            body = body.dereference()
            storage = pointer(body["storage"])
            self.array = Array(body["shape"], storage) if int(storage) else None
            self.shape = shape_str(extents_of(body["shape"]))
            self.name = text(body["name"])
            self.gradient = pointer(body["gradient"])

    def __str__(self):
        if not self.defined:
            return "Tensor (undefined)"
        grad = "yes" if int(self.gradient) else "no"
        node = node_that_made(self.gradient)
        values = self.array.range_str() if self.array else "not stored"
        return (
            f'Tensor "{self.name}" {self.shape} {values} grad {grad}'
            + (f" node #{int(node['seq_'])}" if node else "")
        )


def gradient_str(gradient):
    """An eca::Gradient."""
    about = f'"{text(gradient["name"])}" {shape_str(extents_of(gradient["shape"]))}'
    if not gradient["touched"]:
        return f"Gradient of {about} untouched: the next writer assigns"
    return f"Gradient of {about} {Array(gradient['shape'], pointer(gradient['storage'])).range_str()}"


# ---- printers ----


def printer(describe):
    """A pretty-printer whose text is describe(value), also where the memory makes no sense."""

    class Printer:
        def __init__(self, value):
            self.value = value

        def to_string(self):
            try:
                return describe(self.value)
            except (Unreadable, gdb.error) as error:
                return f"{self.value.type.unqualified()} (no valid object here: {error})"

    return Printer


def describe_saved(saved):
    tensor = TensorView(saved["tensor_"])
    if not tensor.defined:
        return "Saved (undefined)"
    then = int(saved["version_"])
    now = int(tensor.array.storage["version"]) if tensor.array else then
    return f"Saved {tensor}" + ("" if then == now else f", WRITTEN SINCE: version {then} then, {now} now")


def describe_slot(slot):
    if int(slot["data"]) == 0:
        return "GradSlot (not wanted)"
    return f"GradSlot {int(slot['data']):#x}, {'add to it' if slot['add'] else 'assign it'}"


printers = gdb.printing.RegexpCollectionPrettyPrinter("ecagrad")
printers.add_printer("Tensor", "^eca::Tensor$", printer(lambda value: str(TensorView(value))))
printers.add_printer("Saved", "^eca::Saved$", printer(describe_saved))
printers.add_printer("Shape", "^eca::Shape$", printer(lambda value: shape_str(extents_of(value))))
printers.add_printer("GradSlot", "^eca::GradSlot$", printer(describe_slot))
printers.add_printer("Gradient", "^eca::Gradient$", printer(gradient_str))
gdb.printing.register_pretty_printer(None, printers, replace=True)


def describe_gradient_pointer(value):
    gradient = pointer(value)
    return gradient_str(gradient.dereference()) if int(gradient) else "no gradient is wanted"


# The standard library's own printers say of a shared_ptr how often it is shared. Those of the program come before them.
gradient_pointers = gdb.printing.RegexpCollectionPrettyPrinter("ecagrad pointers to gradients")
gradient_pointers.add_printer("GradientPtr", "^std::shared_ptr<eca::Gradient>$", printer(describe_gradient_pointer))
gdb.printing.register_pretty_printer((gdb.objfiles() or [None])[0], gradient_pointers, replace=True)


# ---- the tape, see core/autograd/tape.hpp ----


def frames():
    try:
        frame = gdb.newest_frame()
    except gdb.error:
        return
    while frame is not None and frame.is_valid():
        yield frame
        frame = frame.older()


def find_tape():
    """The tape being walked by a frame of this thread, else the one that records; None if there is none."""
    for frame in frames():
        if frame.name() in ("eca::Tape::walk", "eca::Tape::backward"):
            try:
                return frame.read_var("this").dereference()
            except (gdb.error, ValueError):
                pass  # optimised away
    try:
        tape = gdb.parse_and_eval("eca::current_tape")
        return tape.dereference() if int(tape) else None
    except gdb.error:  # no such symbol, or this thread's variables cannot be read
        return None


def nodes_of(tape):
    """The nodes still to be walked, each as its own class."""
    nodes = []
    for owner in vector(tape["nodes_"]):
        node = pointer(owner)
        if int(node):
            nodes.append(node.cast(node.dynamic_type).dereference())
    return nodes


def node_that_made(gradient):
    """The node whose output has this gradient, if it is on the tape."""
    if not int(gradient):
        return None
    try:
        tape = find_tape()
        if tape is None:
            return None
        for owner in vector(tape["nodes_"]):
            node = pointer(owner)
            if int(node) and int(pointer(node["output_"])) == int(gradient):
                return node.dereference()
    except gdb.error:
        pass
    return None


def class_name(node):
    return node.type.unqualified().name.rpartition("::")[2]


class TapeCommand(gdb.Command):
    """tape: lists the nodes of this thread's tape that are still to be walked."""

    def __init__(self):
        super().__init__("tape", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        tape = find_tape()
        if tape is None:
            raise gdb.GdbError("this thread has no tape: nothing is being recorded or walked")
        nodes = nodes_of(tape)
        rows = [("seq", "node", "scope", "output", "saved bytes")]
        for node in nodes:
            shape = shape_str(extents_of(pointer(node["output_"])["shape"]))
            rows.append((str(node["seq_"]), class_name(node), text(node["scope_"]), shape, str(node["saved_bytes_"])))
        widths = [max(len(row[column]) for row in rows) for column in range(5)]
        for seq, name, scope, shape, saved in rows:
            print(
                f"{seq:>{widths[0]}}  {name:<{widths[1]}}  {scope:<{widths[2]}}  {shape:<{widths[3]}}"
                f"  {saved:>{widths[4]}}"
            )
        recorded = len(vector(tape["nodes_"]))
        print(f"{len(nodes)} of {recorded} nodes" + (" left to walk" if len(nodes) < recorded else ""))


class TapeNodeCommand(gdb.Command):
    """tape-node SEQ: one node of the tape: what it saved, and the gradients it reads and writes."""

    def __init__(self):
        super().__init__("tape-node", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        tape = find_tape()
        if tape is None:
            raise gdb.GdbError("this thread has no tape: nothing is being recorded or walked")
        wanted = int(evaluate(argument or "-1"))
        for node in nodes_of(tape):
            if int(node["seq_"]) == wanted:
                self.show(node)
                return
        raise gdb.GdbError(f"no node #{wanted} on the tape; `tape` lists those there are")

    def show(self, node):
        print(f"node #{int(node['seq_'])} {class_name(node)} in {text(node['scope_']) or 'no module'}")
        for field in node.type.fields():
            if not field.is_base_class:
                print(f"  {field.name} = {node[field].format_string()}")
        for i, gradient in enumerate(vector(node["inputs_"])):
            gradient = pointer(gradient)
            print(f"  input {i}: " + (gradient_str(gradient.dereference()) if int(gradient) else "wants no gradient"))
        print(f"  output:  {gradient_str(pointer(node['output_']).dereference())}")


# ---- looking into tensors ----


def evaluate(expression):
    try:
        return gdb.parse_and_eval(expression)
    except gdb.error as error:
        raise gdb.GdbError(str(error)) from None


def class_of(value):
    return value.type.strip_typedefs().unqualified().name


def tensor_argument(expression):
    value = evaluate(expression)
    if value.type.strip_typedefs().code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
        value = value.referenced_value()
    if value.type.strip_typedefs().code == gdb.TYPE_CODE_PTR:
        value = value.dereference()
    if class_of(value) == "eca::Saved":
        value = value["tensor_"]
    if class_of(value) == "std::shared_ptr<eca::Gradient>":
        value = pointer(value)
        if not int(value):
            raise gdb.GdbError(f"{expression}: no gradient is wanted there")
        value = value.dereference()
    views = {"eca::Tensor": TensorView, "eca::Gradient": GradientView}
    if class_of(value) not in views:
        raise gdb.GdbError(f"{expression} is a {value.type}, expected an eca::Tensor or its gradient")
    try:
        tensor = views[class_of(value)](value)
    except Unreadable as error:
        raise gdb.GdbError(f"{expression}: no valid tensor here: {error}")
    if not tensor.defined:
        raise gdb.GdbError(
            f"{expression} is an undefined tensor"
            if isinstance(tensor, TensorView)
            else f'{expression}: "{tensor.name}" {tensor.shape} has not been written yet'
        )
    if tensor.array is None:
        raise gdb.GdbError(f'{expression}: "{tensor.name}" {tensor.shape} is not stored')
    return tensor


def print_table(values, columns):
    """Values, row by row, as a table of so many columns."""
    cells = [f"{value:.3g}" for value in values]
    width = max(map(len, cells), default=0)
    for begin in range(0, len(cells), max(columns, 1)):
        print(" ".join(cell.rjust(width) for cell in cells[begin : begin + columns]))


class PlaneCommand(gdb.Command):
    """plane X N C: image N, channel C of a tensor X (N,H,W,C), as a table of H rows and W columns.
plane X: all of a tensor X (N,C), as a table of N rows and C columns; of a tensor X (N), as one row."""

    def __init__(self):
        super().__init__("plane", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        arguments = gdb.string_to_argv(argument)
        if len(arguments) not in (1, 3):
            raise gdb.GdbError("usage: plane X N C for X (N,H,W,C), as in: plane dy 0 3; plane X for X (N,C)")
        tensor = tensor_argument(arguments[0])
        extents, shape = tensor.array.extents, shape_str(tensor.array.extents)
        if len(arguments) == 1:
            if len(extents) not in (1, 2):
                raise gdb.GdbError(f'"{tensor.name}" {shape} has not two axes N,C: give an image and a channel too')
            print(f'"{tensor.name}" {shape}')
            print_table(tensor.array.read(), extents[-1])
            return
        n, c = (int(evaluate(expression)) for expression in arguments[1:])
        if len(extents) != 4:
            raise gdb.GdbError(f'"{tensor.name}" {shape} does not have the four axes N,H,W,C')
        images, height, width, channels = extents
        if not (0 <= n < images and 0 <= c < channels):
            raise gdb.GdbError(f'"{tensor.name}" {shape} has no image {n} with a channel {c}')
        image = tensor.array.read(n * height * width * channels, height * width * channels)
        print(f'"{tensor.name}" {shape}, image {n}, channel {c}')
        print_table(image[c::channels], width)


class TdiffCommand(gdb.Command):
    """tdiff A B: the largest difference of two tensors of one shape, and where it is."""

    def __init__(self):
        super().__init__("tdiff", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        arguments = gdb.string_to_argv(argument)
        if len(arguments) != 2:
            raise gdb.GdbError("usage: tdiff A B")
        a, b = (tensor_argument(expression) for expression in arguments)
        if a.array.extents != b.array.extents:
            raise gdb.GdbError(f"{shape_str(a.array.extents)} and {shape_str(b.array.extents)} cannot be compared")
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


gdb.execute("skip -rfu ^eca::kernels::twin<", to_string=True)  # `step` goes from a kernel's name to the twin that runs

TapeCommand()
TapeNodeCommand()
PlaneCommand()
TdiffCommand()
