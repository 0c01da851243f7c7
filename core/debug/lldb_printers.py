"""What lldb knows about tensors and the tape: the same as gdb, see gdb_printers.py.

    lldb -o 'command script import core/debug/lldb_printers.py' -- build/debug/eca train --data synthetic --steps 1
    (lldb) breakpoint set -n eca::Conv2dBackward::backward
    (lldb) run

    v dy               a local variable; of what the node has, v this->x or p x
    v this->inputs_    in a backward: the gradients it writes
    plane x 0 3     plane z     tdiff a b     tape     tape-node 41

Everything here only reads the stopped program's memory. Nothing is called in it.
"""

import contextlib
import io
import os
import shlex
import sys

import lldb

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import views
from views import Refused, Unreadable

SIGNED = (lldb.eBasicTypeInt, lldb.eBasicTypeLong, lldb.eBasicTypeLongLong, lldb.eBasicTypeShort)


class Value:
    """An lldb.SBValue, read as views.py reads values."""

    def __init__(self, value):
        if not value.IsValid():
            raise Unreadable("no such value")
        if value.GetType().IsReferenceType():
            value = value.Dereference()
        self.value = value.GetNonSyntheticValue()

    def __getitem__(self, key):
        if isinstance(key, str):
            child = self.value.GetChildMemberWithName(key)
            if not child.IsValid():
                raise Unreadable(f"{self.value.GetTypeName()} has no {key}")
            return Value(child)
        if self.is_pointer():
            target = self.value.GetType().GetCanonicalType().GetPointeeType()
            address = int(self) + key * target.GetByteSize()
            return Value(self.value.CreateValueFromAddress(f"[{key}]", address, target))
        return Value(self.value.GetChildAtIndex(key))

    def is_pointer(self):
        return self.value.GetType().GetCanonicalType().IsPointerType()

    def dereference(self):
        return Value(self.value.Dereference())

    def __int__(self):
        error = lldb.SBError()
        basic = self.value.GetType().GetCanonicalType().GetBasicType()
        number = self.value.GetValueAsSigned(error) if basic in SIGNED else self.value.GetValueAsUnsigned(error)
        if error.Fail():
            raise Unreadable(str(error))
        return number

    def __bool__(self):
        return int(self) != 0


class Lldb(views.Debugger):
    def pointer(self, value):
        for name in ("_M_ptr", "__ptr_"):  # a shared_ptr of libstdc++ or libc++
            child = value.value.GetChildMemberWithName(name)
            if child.IsValid() and child.GetType().GetCanonicalType().IsPointerType():
                return Value(child)
        target = value.value.GetType().GetCanonicalType().GetTemplateArgumentType(0)
        address = value.value.GetLoadAddress()  # a unique_ptr is a pointer and no more
        return Value(value.value.CreateValueFromAddress("pointer", address, target.GetPointerType()))

    def text(self, value):
        try:
            size = int(value["_M_string_length"])
            return self.read_memory(int(value["_M_dataplus"]["_M_p"]), size).decode() if size else ""
        except UnicodeDecodeError as error:
            raise Unreadable("not a text") from error
        except Unreadable:  # another standard library: as lldb prints it
            return (value.value.GetSummary() or "").strip('"')

    def vector(self, value):
        begin, end = value["_M_impl"]["_M_start"], value["_M_impl"]["_M_finish"]
        return [begin[i] for i in range((int(end) - int(begin)) // self.size_of_target(begin))]

    def size_of_target(self, pointer):
        return pointer.value.GetType().GetCanonicalType().GetPointeeType().GetByteSize()

    def read_memory(self, address, size):
        error = lldb.SBError()
        read = lldb.debugger.GetSelectedTarget().GetProcess().ReadMemory(address, size, error)
        if error.Fail() or len(read) != size:
            raise Unreadable(f"no memory at {address:#x}")
        return read

    def evaluate(self, expression):
        try:
            return views_value(expression)
        except Unreadable as error:
            raise Refused(str(error)) from None

    def class_of(self, value):
        return value.value.GetType().GetCanonicalType().GetUnqualifiedType().GetName()

    def as_its_class(self, node):
        return Value(node.value.GetDynamicValue(lldb.eDynamicDontRunTarget).Dereference())

    def fields_of(self, value):
        fields = []
        for i in range(value.value.GetType().GetNumberOfFields()):
            name = value.value.GetType().GetFieldAtIndex(i).GetName()
            field = value.value.GetChildMemberWithName(name)
            fields.append((name, field.GetSummary() or field.GetValue() or field.GetTypeName()))
        return fields

    def tape(self):
        found = None
        for frame in selected_thread():
            name = frame.GetFunctionName() or ""
            if name.startswith(("eca::Tape::walk(", "eca::Tape::backward(")):
                this = frame.FindVariable("this")
                if this.IsValid() and this.GetValueAsUnsigned():
                    return Value(this.Dereference())
            # lldb cannot always read the variable of a thread that names its tape: the innermost tape of a frame.
            for variable in frame.GetVariables(False, True, False, True):
                if found is None and variable.GetTypeName() == "eca::Tape":
                    found = Value(variable)
        return found


def selected_thread():
    return lldb.debugger.GetSelectedTarget().GetProcess().GetSelectedThread()


def views_value(expression):
    """What was typed: a variable or a path from one, of this object's too; else an expression."""
    frame = selected_thread().GetSelectedFrame()
    for path in (expression, "this->" + expression):
        value = frame.GetValueForVariablePath(path)
        if value.IsValid() and value.GetError().Success():
            break
    else:
        value = frame.EvaluateExpression(expression)
        if value.GetError().Fail():
            problems = [line for line in str(value.GetError()).split("\n") if "error: " in line]
            raise Refused(f"{expression}: {problems[-1].rpartition('error: ')[2]}" if problems else expression)
    value = Value(value)
    return value.dereference() if value.is_pointer() else value


views.use(Lldb())


# ---- printers, see `help type summary add` ----


def summary(describe):
    def describe_safely(value, internal_dict):
        try:
            return describe(Value(value))
        except Unreadable as error:
            return f"(no valid object here: {error})"

    return describe_safely


tensor_summary = summary(lambda value: str(views.TensorView(value)))
saved_summary = summary(views.saved_str)
shape_summary = summary(lambda value: views.shape_str(views.extents_of(value)))
slot_summary = summary(views.slot_str)
gradient_summary = summary(views.gradient_str)
gradient_pointer_summary = summary(views.gradient_pointer_str)

SUMMARIES = {
    "eca::Tensor": "tensor_summary",
    "eca::Saved": "saved_summary",
    "eca::Shape": "shape_summary",
    "eca::GradSlot": "slot_summary",
    "eca::Gradient": "gradient_summary",
    "std::shared_ptr<eca::Gradient>": "gradient_pointer_summary",
}


class NoChildren:
    """One line says it all; `v --raw x` shows the fields."""

    def __init__(self, value, internal_dict):
        pass

    def num_children(self):
        return 0

    def has_children(self):
        return False


# ---- commands ----


def command(do):
    def run(debugger, argument, result, internal_dict):
        output = io.StringIO()
        try:
            with contextlib.redirect_stdout(output):
                do(shlex.split(argument))
            result.AppendMessage(output.getvalue().rstrip("\n"))
        except (Refused, Unreadable) as error:
            result.SetError(str(error))

    return run


def __lldb_init_module(debugger, internal_dict):
    for name, function in SUMMARIES.items():
        debugger.HandleCommand(f'type summary add -w ecagrad -F {__name__}.{function} "{name}"')
        debugger.HandleCommand(f'type synthetic add -w ecagrad -l {__name__}.NoChildren "{name}"')
    debugger.HandleCommand("type category enable ecagrad")
    # `step` goes from a kernel's name to the twin that runs.
    debugger.HandleCommand("settings set target.process.thread.step-avoid-regexp ^(std::|eca::kernels::twin<)")
    for name, (help_text, do) in views.COMMANDS.items():
        function = name.replace("-", "_") + "_command"
        run = command(do)
        run.__doc__ = help_text
        globals()[function] = run
        debugger.HandleCommand(f"command script add -f {__name__}.{function} {name}")
