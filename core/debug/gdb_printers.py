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

import os
import sys

import gdb
import gdb.printing

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import views
from views import Refused, Unreadable


class Gdb(views.Debugger):
    def pointer(self, value):
        for name in ("_M_ptr", "__ptr_"):  # a shared_ptr of libstdc++ or libc++
            try:
                return value[name]
            except gdb.error:
                pass
        target = value.type.strip_typedefs().template_argument(0)
        return value.address.cast(target.pointer().pointer()).dereference()  # a unique_ptr is a pointer and no more

    def text(self, value):
        try:
            return value["_M_dataplus"]["_M_p"].string(length=int(value["_M_string_length"]))
        except UnicodeDecodeError as error:
            raise Unreadable("not a text") from error
        except gdb.error:  # another standard library: as gdb prints it
            return str(value).strip('"')

    def vector(self, value):
        try:
            data = value["_M_impl"]
            return [data["_M_start"][i] for i in range(int(data["_M_finish"] - data["_M_start"]))]
        except gdb.error as error:
            raise Unreadable(str(error)) from None

    def size_of_target(self, pointer):
        return pointer.type.target().sizeof

    def read_memory(self, address, size):
        return gdb.selected_inferior().read_memory(address, size).tobytes()

    def evaluate(self, expression):
        try:
            value = gdb.parse_and_eval(expression)
        except gdb.error as error:
            raise Refused(str(error)) from None
        if value.type.strip_typedefs().code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
            value = value.referenced_value()
        if value.type.strip_typedefs().code == gdb.TYPE_CODE_PTR:
            value = value.dereference()
        return value

    def class_of(self, value):
        return value.type.strip_typedefs().unqualified().name

    def as_its_class(self, node):
        return node.cast(node.dynamic_type).dereference()

    def fields_of(self, value):
        fields = [field for field in value.type.fields() if not field.is_base_class]
        return [(field.name, value[field].format_string()) for field in fields]

    def tape(self):
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


def frames():
    try:
        frame = gdb.newest_frame()
    except gdb.error:
        return
    while frame is not None and frame.is_valid():
        yield frame
        frame = frame.older()


views.use(Gdb())

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


printers = gdb.printing.RegexpCollectionPrettyPrinter("ecagrad")
printers.add_printer("Tensor", "^eca::Tensor$", printer(lambda value: str(views.TensorView(value))))
printers.add_printer("Saved", "^eca::Saved$", printer(views.saved_str))
printers.add_printer("Shape", "^eca::Shape$", printer(lambda value: views.shape_str(views.extents_of(value))))
printers.add_printer("GradSlot", "^eca::GradSlot$", printer(views.slot_str))
printers.add_printer("Gradient", "^eca::Gradient$", printer(views.gradient_str))
gdb.printing.register_pretty_printer(None, printers, replace=True)

# The standard library's own printers say of a shared_ptr how often it is shared. Those of the program come before them.
gradient_pointers = gdb.printing.RegexpCollectionPrettyPrinter("ecagrad pointers to gradients")
gradient_pointers.add_printer("GradientPtr", "^std::shared_ptr<eca::Gradient>$", printer(views.gradient_pointer_str))
gdb.printing.register_pretty_printer((gdb.objfiles() or [None])[0], gradient_pointers, replace=True)


# ---- commands ----


class Command(gdb.Command):
    def __init__(self, name, help_text, do):
        self.__doc__ = help_text
        self.do = do
        super().__init__(name, gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        try:
            self.do(gdb.string_to_argv(argument))
        except Refused as error:
            raise gdb.GdbError(str(error)) from None


for name, (help_text, do) in views.COMMANDS.items():
    Command(name, help_text, do)

gdb.execute("skip -rfu ^eca::kernels::twin<", to_string=True)  # `step` goes from a kernel's name to the twin that runs
