#include "data/sets/pickle.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include "core/base/error.hpp"

namespace eca {

using Kind = PickleValue::Kind;

const PickleValue* PickleValue::find(std::string_view key) const {
  if (kind != Kind::dictionary) return nullptr;
  for (size_t i = 0; i + 1 < items.size(); i += 2) {
    if (items[i]->kind == Kind::text && items[i]->text == key) return items[i + 1];
  }
  return nullptr;
}

static bool ends_with_any(const std::string& text, std::initializer_list<std::string_view> ends) {
  return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return text.ends_with(end); });
}

class PickleMachine {
 public:
  PickleMachine(Pickle& result, std::string_view bytes) : result_(result), bytes_(bytes) {}

  void run() {
    for (;;) {
      const unsigned char instruction = static_cast<unsigned char>(take(1)[0]);
      if (instruction == '.') break;
      execute(instruction);
    }
    result_.value_ = pop();
    if (!stack_.empty() || !marks_.empty()) fail("values are left over at its end");
  }

 private:
  [[noreturn]] static void fail(const std::string& what) { throw Error("a pickle in which " + what); }

  // ---- bytes ----

  std::string_view take(uint64_t n) {
    if (n > bytes_.size() - at_) fail("the bytes end too early");
    const std::string_view taken = bytes_.substr(at_, n);
    at_ += n;
    return taken;
  }
  uint64_t little_endian(int n) {
    uint64_t value = 0;
    const std::string_view digits = take(static_cast<uint64_t>(n));
    for (int i = n; i-- > 0;) value = value << 8 | static_cast<unsigned char>(digits[static_cast<size_t>(i)]);
    return value;
  }
  std::string_view line() {
    const size_t end = bytes_.find('\n', at_);
    if (end == std::string_view::npos) fail("the bytes end too early");
    const std::string_view text = bytes_.substr(at_, end - at_);
    at_ = end + 1;
    return text;
  }

  // ---- values ----

  PickleValue* make(Kind kind) {
    result_.all_.push_back(std::make_unique<PickleValue>());
    result_.all_.back()->kind = kind;
    return result_.all_.back().get();
  }
  void push(PickleValue* value) { stack_.push_back(value); }
  void push_integer(int64_t integer) {
    push(make(Kind::integer));
    stack_.back()->integer = integer;
  }
  void push_text(std::string_view text) {
    push(make(Kind::text));
    stack_.back()->text = text;
  }
  PickleValue* pop() {
    if (stack_.empty() || (!marks_.empty() && marks_.back() == stack_.size())) fail("a value is missing");
    PickleValue* value = stack_.back();
    stack_.pop_back();
    return value;
  }
  PickleValue* top(Kind kind) {
    if (stack_.empty() || stack_.back()->kind != kind) fail("a value is not of the kind that is used");
    return stack_.back();
  }
  std::vector<PickleValue*> pop_to_mark() {
    if (marks_.empty()) fail("a mark is missing");
    const size_t mark = marks_.back();
    marks_.pop_back();
    std::vector<PickleValue*> items(stack_.begin() + static_cast<int64_t>(mark), stack_.end());
    stack_.resize(mark);
    return items;
  }
  void push_tuple(std::vector<PickleValue*> items) {
    push(make(Kind::list));
    stack_.back()->items = std::move(items);
  }
  void push_tuple_of(size_t n) {
    std::vector<PickleValue*> items(n);
    for (size_t i = n; i-- > 0;) items[i] = pop();
    push_tuple(std::move(items));
  }
  void append(Kind kind, const std::vector<PickleValue*>& items) {
    if (kind == Kind::dictionary && items.size() % 2 != 0) fail("a key has no value");
    PickleValue* owner = top(kind);
    owner->items.insert(owner->items.end(), items.begin(), items.end());
  }

  // ---- objects ----

  void push_global(std::string_view module, std::string_view name) {
    push(make(Kind::global));
    stack_.back()->text = std::string(module) + " " + std::string(name);
  }

  // Calls a global: what NumPy's arrays and Python's byte strings are made by.
  void reduce() {
    const PickleValue* arguments = pop();
    const PickleValue* callable = pop();
    if (callable->kind != Kind::global || arguments->kind != Kind::list)
      fail("something is called that is no function");
    const std::string& name = callable->text;
    if (name == "_codecs encode" && arguments->items.size() == 2 && arguments->items[0]->kind == Kind::text) {
      push_text(latin1_of(arguments->items[0]->text));
    } else if (ends_with_any(name, {"multiarray _reconstruct"})) {
      push(make(Kind::array));
    } else if (name == "numpy dtype" && !arguments->items.empty() &&
               arguments->items[0]->kind == Kind::text) {
      push(make(Kind::text));
      stack_.back()->text = arguments->items[0]->text;
    } else {
      fail("\"" + name + "\" is called; nothing but arrays, numbers, texts, lists and dictionaries is read");
    }
  }

  // Python writes byte strings as text of one character a byte; in a file it stands as UTF-8.
  static std::string latin1_of(const std::string& utf8) {
    std::string bytes;
    for (size_t i = 0; i < utf8.size(); ++i) {
      const auto c = static_cast<unsigned char>(utf8[i]);
      if (c < 0x80) {
        bytes += utf8[i];
      } else if ((c == 0xC2 || c == 0xC3) && i + 1 < utf8.size()) {
        bytes += static_cast<char>(((c & 0x03) << 6) | (static_cast<unsigned char>(utf8[++i]) & 0x3F));
      } else {
        fail("a byte string holds a character beyond 255");
      }
    }
    return bytes;
  }

  // Gives a new object its state. Of an array: (version, shape, dtype, Fortran order, bytes).
  void build() {
    const PickleValue* state = pop();
    if (!stack_.empty() && stack_.back()->kind == Kind::text)
      return;  // of a dtype: its byte order, alike for bytes
    PickleValue* array = top(Kind::array);
    const auto& parts = state->items;
    if (state->kind != Kind::list || parts.size() != 5 || parts[1]->kind != Kind::list ||
        parts[2]->kind != Kind::text || parts[3]->kind != Kind::integer || parts[4]->kind != Kind::text) {
      fail("an array is not as NumPy writes it");
    }
    if (parts[2]->text != "u1" && parts[2]->text != "|u1") fail("an array is not of bytes (uint8)");
    if (parts[3]->integer != 0) fail("an array is in Fortran order");
    array->extents.clear();
    for (const PickleValue* extent : parts[1]->items) array->extents.push_back(extent->integer);
    array->text = parts[4]->text;
    check_size(*array);
  }

  static void check_size(const PickleValue& array) {
    uint64_t left = array.text.size();
    for (const int64_t extent : array.extents) {
      if (extent < 1 || left % static_cast<uint64_t>(extent) != 0)
        fail("an array has other bytes than its shape");
      left /= static_cast<uint64_t>(extent);
    }
    if (left != 1) fail("an array has other bytes than its shape");
  }

  void remember(uint64_t place) { memo_[place] = stack_.empty() ? nullptr : stack_.back(); }
  void recall(uint64_t place) {
    const auto found = memo_.find(place);
    if (found == memo_.end() || found->second == nullptr) fail("a value is recalled that was not kept");
    push(found->second);
  }

  // ---- instructions ----

  void execute(unsigned char instruction) {
    switch (instruction) {
      case 0x80:
        take(1);
        break;  // PROTO
      case 0x95:
        take(8);
        break;  // FRAME
      case '(':
        marks_.push_back(stack_.size());
        break;
      case '0':
        pop();
        break;
      case 'N':
        push(make(Kind::none));
        break;
      case 0x88:
        push_integer(1);
        break;  // True
      case 0x89:
        push_integer(0);
        break;  // False
      case 'J':
        push_integer(static_cast<int32_t>(little_endian(4)));
        break;
      case 'K':
        push_integer(static_cast<int64_t>(little_endian(1)));
        break;
      case 'M':
        push_integer(static_cast<int64_t>(little_endian(2)));
        break;
      case 0x8a:
        push_long();
        break;  // LONG1
      case 'U':
      case 'C':
      case 0x8c:
        push_text(take(little_endian(1)));
        break;
      case 'T':
      case 'B':
      case 'X':
        push_text(take(little_endian(4)));
        break;
      case 0x8e:
      case 0x8d:
        push_text(take(little_endian(8)));
        break;
      case ']':
      case ')':
        push(make(Kind::list));
        break;
      case '}':
        push(make(Kind::dictionary));
        break;
      case 't':
        push_tuple(pop_to_mark());
        break;
      case 0x85:
        push_tuple_of(1);
        break;
      case 0x86:
        push_tuple_of(2);
        break;
      case 0x87:
        push_tuple_of(3);
        break;
      case 'a':
        append_one();
        break;
      case 'e':
        append(Kind::list, pop_to_mark());
        break;
      case 's':
        set_one();
        break;
      case 'u':
        append(Kind::dictionary, pop_to_mark());
        break;
      case 'q':
        remember(little_endian(1));
        break;
      case 'r':
        remember(little_endian(4));
        break;
      case 0x94:
        remember(memo_.size());
        break;  // MEMOIZE
      case 'h':
        recall(little_endian(1));
        break;
      case 'j':
        recall(little_endian(4));
        break;
      case 'c':
        push_global_of_lines();
        break;
      case 0x93:
        push_global_of_stack();
        break;
      case 'R':
        reduce();
        break;
      case 'b':
        build();
        break;
      default:
        refuse(instruction);
    }
  }

  [[noreturn]] static void refuse(unsigned char instruction) {
    std::array<char, 8> code{};
    std::snprintf(code.data(), code.size(), "0x%02x", instruction);
    fail(std::string("the instruction ") + code.data() +
         " stands; nothing but arrays, numbers, texts, lists and dictionaries is read");
  }
  void push_long() {
    const auto n = static_cast<int>(little_endian(1));
    if (n > 8) fail("a number has more than 64 bits");
    uint64_t value = little_endian(n);
    if (n > 0 && n < 8 && (value >> (8 * n - 1)) != 0) value |= ~uint64_t{0} << (8 * n);
    push_integer(static_cast<int64_t>(value));
  }
  void append_one() {
    PickleValue* item = pop();
    append(Kind::list, {item});
  }
  void set_one() {
    PickleValue* value = pop();
    PickleValue* key = pop();
    append(Kind::dictionary, {key, value});
  }
  void push_global_of_lines() {
    const std::string_view module = line();
    push_global(module, line());
  }
  void push_global_of_stack() {
    const PickleValue* name = pop();
    const PickleValue* module = pop();
    if (name->kind != Kind::text || module->kind != Kind::text) fail("a name is no text");
    push_global(module->text, name->text);
  }

  Pickle& result_;
  std::string_view bytes_;
  size_t at_ = 0;
  std::vector<PickleValue*> stack_;
  std::vector<size_t> marks_;
  std::map<uint64_t, PickleValue*> memo_;
};

Pickle::Pickle(std::string_view bytes) { PickleMachine(*this, bytes).run(); }

}  // namespace eca
