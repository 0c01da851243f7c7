# ecagrad. `make help` lists what there is to do. This file reads in three parts: the switches, what a person types,
# and the rules that compile.
#
# The compiling rules make one variant of the program in BUILD/<variant>: release, debug, asan or tsan, and each also
# as <variant>-double. So what a person types first runs `found` (are the tools there?) and then calls this file again
# with VARIANT set, once for each variant it needs.

# ---- switches, as in: make test WERROR=1       make all CXX=clang++ BUILD=build/clang ----

# The type of every number in the library: float or double.
REAL = float
# Passed to -march. x86-64-v3 makes a program that also runs on other machines with AVX2.
ARCH = native
# 1: warnings are errors.
WERROR = 0
# 1: a program that can also compute on a GPU (needs nvcc and cuBLAS). host: the same kernels, with the processor in the role
# of the GPU, for tests. Another BUILD for each saves compiling everything again.
CUDA =
# The processor of the GPU, as nvcc's -arch, such as sm_90. What is compiled for one runs on later ones too. Default: that of
# this machine's GPU, or sm_80.
CUDA_ARCH =
# A folder with cuBLAS's include/ and lib/, where it is not the toolkit's own.
CUBLAS =
# 1: a program that also trains as several processes, on one machine or many, through MPI (needs OpenMPI or MPICH).
MPI =
# Which tests to run, as Catch2 writes it: TESTS='[conv2d]', TESTS='gemm*', TESTS='~[slow]'.
TESTS =
# Where everything that is made goes.
BUILD = build
# Where `make install` puts the program, the library and its headers. DESTDIR, for those who make packages, goes before it.
PREFIX = /usr/local
DESTDIR =
# Which exercise of docs/book.
N =
# Compilers at a time, where make itself was not given -j.
J = $(shell nproc || echo 2)
# 1: print whole commands.
V = 0
# How long `make fuzz` runs: so many seconds for each reader, or so many minutes in all.
SECONDS = 5
MINUTES =
# The compiler: g++ or, where that is not installed, clang++. `make tsan` and `make fuzz` need clang++.
ifeq ($(origin CXX),default)
  wanted := $(if $(filter tsan fuzz,$(MAKECMDGOALS)),clang++,g++ clang++)
  CXX := $(firstword $(foreach name,$(wanted),$(if $(shell command -v $(name) 2>&1),$(name))) $(wanted))
endif
CLANG_FORMAT = clang-format
# CPPFLAGS, CXXFLAGS and LDFLAGS, from here or from the environment, follow the flags below.

ifeq ($(filter float double,$(REAL)),)
  $(error REAL=$(REAL): expected float or double)
endif
ifneq ($(filter-out 1 host,$(CUDA)),)
  $(error CUDA=$(CUDA): expected 1 or host; without it, a program that computes on the processor alone)
endif

ifneq ($(filter-out 1,$(MPI)),)
  $(error MPI=$(MPI): expected 1; without it, a program that trains as one process)
endif

folders := $(wildcard core layers models data experiments)
suffix  := $(if $(filter double,$(REAL)),-double)
# What a program is linked with besides libecagrad.a.
libraries := -lopenblas -ljpeg -lpng -lz -lcrypto
ifeq ($(CUDA),1)
  cuda_words := $(shell CUDA_ARCH='$(CUDA_ARCH)' CUBLAS='$(CUBLAS)' .ci/cuda.sh words)
  cuda       = $(patsubst $1=%,%,$(filter $1=%,$(cuda_words)))
  libraries  += $(call cuda,link)
endif
ifeq ($(MPI),1)
  mpi_words := $(shell .ci/mpi.sh words)
  mpi        = $(patsubst $1=%,%,$(filter $1=%,$(mpi_words)))
  libraries += $(call mpi,link)
endif
.DELETE_ON_ERROR:
.SUFFIXES:

# ---- what a person types ----

ifndef VARIANT
  .NOTPARALLEL:  # one variant at a time; the compilers of each run side by side
endif
.PHONY: all help demo detect-demo test bench debug asan tsan fuzz install uninstall format format-check loc docs docs-check excerpts exercise figures deps clean cifar10 found FORCE

all: eca.release$(suffix)  ## build/eca, the program, and build/libecagrad.a, the library (default)
	@ln -sfn release$(suffix)/eca $(BUILD)/eca
	@ln -sfn release$(suffix)/libecagrad.a $(BUILD)/libecagrad.a

help:  ## this list
	@awk -F ' *## ' '/^[a-z0-9-]+:.* ## / { split($$1, rule, ":"); printf "  make %-13s %s\n", rule[1], $$2 }' Makefile
	@echo "Switches, explained at the top of the Makefile: REAL ARCH WERROR CUDA CUDA_ARCH CUBLAS MPI TESTS BUILD J V CXX"

demo: all  ## train ECA-ResNet-20 on real images, show what it learned
	@experiments/demo.sh

detect-demo: all  ## train a small Faster R-CNN on scenes, show what it finds
	@experiments/detect_demo.sh

# Which tests a variant runs where TESTS does not say; those without an entry run all.
filter.tsan$(suffix) = [threads],[data]
ifeq ($(REAL),float)
  tested := release release-double
  filter.release-double = [grad],[golden]
  # In double the processor plays the GPU too, so its kernels are checked wherever `make test` runs.
  cuda.release-double = host
  # These need nothing of the program but what the tests' main() calls, and the class activation maps.
  needed.release-double = $(if $(TESTS),,$(addprefix $(BUILD)/release-double/experiments/, \
    common/bounded_waiting.o common/progress_line.o $(patsubst %,explain/%.o,cam grad_cam grad_cam_plus_plus layer_view map tape_reader)))
else
  tested := release-double
endif
# Two test programs side by side where one would leave a core idle for minutes.
halves.asan$(suffix) = [pair]~[slow],[grad]~[slow],[golden]~[slow] ~[pair]~[grad]~[golden]~[slow]
selected = $(or $(filter.$1),$(halves.$1))
run = $(if $(TESTS),$(call run_of,$1,'$(TESTS)'),$(if $(selected),$(foreach \
  tests,$(selected),$(call run_of,$1,'$(tests)')),$(call run_of,$1)))
run_of = "$(BUILD)/$1/run_tests$(if $2, $2)"
# Where there is a GPU, or the processor plays one, these tests run there too.
device_tests = [grad]~[slow],[golden]~[slow],[network]~[slow],[every]~[slow],[ops]~[slow],[layers]~[slow],[profile]
on_device = $(if $(or $(CUDA),$(if $(TESTS),,$(cuda.$1))),"KERNELS=cuda $(BUILD)/$1/run_tests '$(or $(TESTS),$(device_tests))'")

# What is tested besides, when all is.
checks = .ci/check_includes.sh ".ci/reading_order.sh check" tests/debug/gdb_printer_test.sh tests/debug/lldb_printer_test.sh \
         "tests/debug/launch_test.sh $(BUILD)/debug$(suffix)/eca" \
         "tests/debug/docs_sessions_test.sh $(BUILD)/debug$(suffix)/eca" \
         tests/build/device_code_test.sh tests/docs/pages_test.sh ".ci/excerpts.sh check" ".ci/exercise.sh $(BUILD)/$(firstword $(tested)) all" \
         "tests/docs/book_programs_test.sh $(BUILD)/$(firstword $(tested))" \
         tests/build/cuda_found_test.sh "tests/docs/outputs_test.sh $(BUILD)/$(firstword $(tested))/eca" \
         "tests/docs/adding_attention_test.sh $(BUILD)/$(firstword $(tested)) $(BUILD)/$(lastword $(tested))" \
         "BUILD=$(BUILD)/$(firstword $(tested)) $(installing) tests/docs/tutorial_test.sh" \
         "tests/experiments/program_test.sh $(BUILD)/$(firstword $(tested))/eca" \
         "tests/experiments/runs_test.sh $(BUILD)/$(firstword $(tested))/eca" \
         "tests/experiments/doors_data_test.sh $(BUILD)/$(firstword $(tested))/eca" \
         "tests/experiments/doors_weights_test.sh $(BUILD)/$(firstword $(tested))/eca" \
         "tests/experiments/answers_test.sh $(BUILD)/$(firstword $(tested))/eca" \
         "tests/experiments/streaming_test.sh $(BUILD)/$(firstword $(tested))/eca" \
         "tests/experiments/explain_test.sh $(BUILD)/$(firstword $(tested))/eca" \
         "tests/experiments/step_test.sh $(BUILD)/$(firstword $(tested))/eca $(BUILD)/debug$(suffix)/eca" \
         "tests/experiments/watch_test.sh $(BUILD)/$(firstword $(tested))/eca" \
         "tests/experiments/detect_test.sh $(BUILD)/$(firstword $(tested))/eca" \
         "tests/experiments/device_test.sh $(BUILD)/$(firstword $(tested))/eca" \
         "tests/mpi/ranks_test.sh $(BUILD)/$(firstword $(tested))/eca" \
         "tests/experiments/ablation/ablate_test.sh $(BUILD)/$(firstword $(tested))/eca"

test: $(tested:%=run_tests.%) $(if $(TESTS),,eca.debug$(suffix))  ## all tests, and gradient checks again in double (REAL=double: all in double)
	@CXX='$(CXX)' J='$(J)' .ci/test.sh $(foreach variant,$(tested),$(call run,$(variant)) $(call on_device,$(variant))) $(if $(TESTS),,$(checks))

bench: all  ## training and inference speed and memory of five networks, into build/bench
	@experiments/bench/bench.sh

debug: eca.debug$(suffix)  ## build/debug/eca: -O0, plain kernels, NaN in fresh memory
	@echo "To stop in a backward pass and look at its tensors:"
	@echo "  gdb -x core/debug/gdb_printers.py --args $(BUILD)/debug$(suffix)/eca train --data synthetic:n=16,test=10,size=8 --batch-size 8 --steps 1"
	@echo "  (gdb) break eca::Conv2dBackward::backward"
	@echo "  (gdb) run"
	@echo "  (gdb) print dy"

asan: run_tests.asan$(suffix)  ## all but the slow tests, with address and undefined-behaviour sanitizers
	@J='$(J)' UBSAN_OPTIONS=print_stacktrace=1 .ci/test.sh $(call run,asan$(suffix)) $(call on_device,asan$(suffix)) \
	  $(if $(CUDA),$(if $(TESTS),,"tests/experiments/device_test.sh $(BUILD)/asan$(suffix)/eca"))

# The sanitizer has to see how OpenMP's own threads wait for each other, or it takes every parallel loop for a race.
# clang's OpenMP library tells it (through Archer, which it loads by itself); g++'s does not.
tsan: run_tests.tsan$(suffix)  ## the threads and data tests, with the thread sanitizer (clang++)
	@TSAN_OPTIONS=ignore_noninstrumented_modules=1 .ci/test.sh $(call run,tsan$(suffix))

# The arithmetic, which no reader calls, is taken from the library of `make asan`.
fuzz: found  ## let libFuzzer loose on every reader of files (clang++); SECONDS= each, or MINUTES= in all
	$(call compile_variant,asan) $(BUILD)/asan/libecagrad.a
	$(call compile_variant,fuzz) $(BUILD)/fuzz/fuzz
	@BUILD='$(BUILD)' J='$(J)' SECONDS_EACH='$(SECONDS)' MINUTES='$(MINUTES)' .ci/fuzz.sh

install: all  ## program, library and headers into PREFIX (/usr/local)
	@BUILD='$(BUILD)/release$(suffix)' $(installing) .ci/install.sh install

uninstall:  ## remove them again
	@$(installing) .ci/install.sh uninstall

# For .ci/install.sh.
installing = CXX='$(CXX)' PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' REAL='$(REAL)' LIBRARIES='$(libraries)'

format:  ## lay out the code by .clang-format
	@CLANG_FORMAT='$(CLANG_FORMAT)' .ci/format.sh write $(folders) docs tests

format-check:  ## name the files that `make format` would change, and fail
	@CLANG_FORMAT='$(CLANG_FORMAT)' .ci/format.sh check $(folders) docs tests

loc:  ## lines of code by folder, without blank lines and comments
	@.ci/loc.sh $(folders) docs tests

reading-order:  ## count the lines in the tables of docs/reading-order.md and README.md again
	@.ci/reading_order.sh write

exercise:  ## build and test docs/book/exercises/N_.../exercise.cpp, as in: make exercise N=3
	@.ci/exercise.sh find '$(N)'
	@$(looking) .ci/deps.sh report exercise
	$(call compile_variant,release$(suffix)) $(BUILD)/release$(suffix)/libecagrad.a
	@.ci/exercise.sh $(BUILD)/release$(suffix) '$(N)'

figures: all  ## draw the book's pictures again, from runs of some minutes (gnuplot, graphviz)
	@.ci/deps.sh program gnuplot gnuplot-nox
	@.ci/deps.sh program dot graphviz
	@docs/book/figures/make.sh $(BUILD)/release$(suffix)

excerpts:  ## put the code that pages show, below <!-- from FILE#NAME -->, in place again
	@.ci/excerpts.sh write

docs:  ## README and docs/ as a site that needs no network: build/docs/index.html (pandoc)
	@.ci/deps.sh program pandoc
	@J='$(J)' docs/site/build.sh $(BUILD)/docs

docs-check: docs  ## open every page of it in a headless browser (chromium)
	@.ci/deps.sh program chromium
	@docs/site/check.sh $(BUILD)/docs

deps:  ## install what is needed (apt-get, with sudo when not root)
	@CXX='$(CXX)' .ci/deps.sh install

clean:  ## remove build/
	rm -rf $(BUILD)

cifar10:  ## download CIFAR-10 into data/cifar-10-batches-bin and check it
	@.ci/cifar10.sh

# Prints what there is to build with, installs what is missing.
found:
	@$(looking) .ci/deps.sh report $(MAKECMDGOALS)
looking = CXX='$(CXX)' ARCH='$(ARCH)' CPPFLAGS='$(CPPFLAGS)' LDFLAGS='$(LDFLAGS)' CUDA='$(CUDA)' CUDA_ARCH='$(CUDA_ARCH)' CUBLAS='$(CUBLAS)' MPI='$(MPI)'

# eca.VARIANT compiles the program BUILD/VARIANT/eca; run_tests.VARIANT the tests, BUILD/VARIANT/run_tests, and where they
# need the whole program, that too.
variants := $(foreach kind,release debug asan tsan,$(kind) $(kind)-double)
.PHONY: $(variants:%=eca.%) $(variants:%=run_tests.%)
$(variants:%=eca.%): eca.%: found
	$(call compile_variant,$*) $(BUILD)/$*/eca
$(variants:%=run_tests.%): run_tests.%: found
	$(call compile_variant,$*) $(BUILD)/$*/run_tests $(if $(needed.$*),,$(BUILD)/$*/eca)
compile_variant = +@$(MAKE) --no-print-directory --output-sync=target \
  $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(J)) CXX='$(CXX)' VARIANT=$1

# ---- the rules that compile one variant ----
ifdef VARIANT

CUDA := $(or $(CUDA),$(cuda.$(VARIANT)))

out := $(BUILD)/$(VARIANT)

# Never -Ofast or -ffast-math: they give up NaN, and the order of sums on which repeatable results rest.
flags.release = -O3 -g1
flags.debug   = -O0 -g3 -fno-omit-frame-pointer -DECA_DEBUG -DECA_CHECK_DATA
flags.asan    = -O1 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all \
                -DECA_NO_ARENA
flags.fuzz    = $(flags.asan) -fsanitize=fuzzer-no-link
flags.tsan    = -O1 -g1 -fno-omit-frame-pointer -fsanitize=thread

flags := $(flags.$(VARIANT:%-double=%))
# Debuggers and assertions name a file as its path in the project.
flags += -ffile-prefix-map=./=
# sqrt need not report through errno: then it can be a vector instruction. Results are the same.
flags += -std=c++20 -fno-math-errno $(if $(ARCH),-march=$(ARCH)) -fopenmp -pthread
flags += $(if $(filter %-double,$(VARIANT)),-DECA_REAL_DOUBLE)
flags += $(if $(CUDA),-DECA_CUDA) $(if $(filter host,$(CUDA)),-DECA_CHECK_DATA -Icore/cuda/host)
# Options are structs of which a call names only the fields it sets: no warning for the others.
warnings  := -Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers $(if $(filter 1,$(WERROR)),-Werror)
# False alarms of g++ 12, in `"text" + string` (its bug 105651) and in the comparison of two std::vectors.
clang     := $(findstring clang,$(shell $(CXX) --version))
warnings  += $(if $(clang),,-Wno-restrict -Wno-stringop-overread)
# Catch2 2 is one header, Catch2 3 is a library.
hash   := \#
catch2 := $(shell printf '$(hash)if __has_include(<catch2/catch_all.hpp>)\n-lCatch2\n$(hash)endif\n' | \
                  $(CXX) $(CPPFLAGS) -E -P -x c++ -)

compile = $(CXX) -I. $(CPPFLAGS) $(flags) $(warnings) $(CXXFLAGS) -MMD -MP
link    = $(CXX) $(flags) $(CXXFLAGS) $(LDFLAGS)
quietly = $(if $(filter 1,$V),,@)
comma   := ,
space   := $(subst ,, )

# A small file takes most of its time to read headers, so each folder is compiled as one file, $(out)/FOLDER.cpp, which includes
# its files; core/kernels, where the arithmetic takes the time, file by file. Two files of one folder can therefore not give
# one name to two things, not even in unnamed namespaces.
joined  := $(filter-out core/kernels% experiments $(if $(filter host,$(CUDA)),,core/cuda/host) core/parallel/$(if $(MPI),alone,mpi),$(sort $(patsubst %/,%,$(dir $(shell find $(folders) -name '*.cpp')))))
single  := $(shell find core/kernels -name '*.cpp') experiments/main.cpp
device  := $(if $(CUDA),$(filter-out $(if $(filter host,$(CUDA)),core/cuda/gpu/%),$(shell find core -name '*.cu')))
objects := $(sort $(single:%.cpp=$(out)/%.o) $(joined:%=$(out)/%.o) $(device:%.cu=$(out)/%.o))
main    := $(out)/experiments/main.o
program := $(filter-out $(main),$(filter $(out)/experiments/%,$(objects)))
library := $(filter-out $(out)/experiments/%,$(objects))
tested_program := $(or $(needed.$(VARIANT)),$(program))
# The fuzzer, and of the program what its readers need.
fuzzer  := $(out)/tests/fuzz/fuzzer_main.o
fuzzed  := $(filter $(out)/data%,$(library)) \
           $(patsubst %.cpp,$(out)/%.o,$(wildcard core/files/*.cpp tests/fuzz/*_fuzz.cpp tests/fuzz/memory_file.cpp \
             experiments/common/config_lines.cpp experiments/training/config_key.cpp experiments/training/run_config.cpp experiments/training/train_config.cpp \
             experiments/training/optimizers.cpp experiments/training/checkpoint_file.cpp \
             experiments/training/checkpoint.cpp experiments/training/identity.cpp experiments/training/model_file.cpp \
             experiments/training/fine_tuning.cpp experiments/training/class_weights.cpp \
             experiments/training/run_directory.cpp experiments/training/run_lock.cpp \
             experiments/detection/detect_config.cpp experiments/detection/detector_file.cpp \
             experiments/ablation/ablation_config.cpp experiments/ablation/ablation_task.cpp))
# Where only tests of certain tags are run, files that hold none of them are not compiled.
sources := $(shell find tests -name '*.cpp' ! -name fuzzer_main.cpp ! -name catch2.cpp $(if $(needed.$(VARIANT)),! -path 'tests/fuzz/*'))
tags    := $(if $(TESTS),,$(filter [%],$(subst $(comma), ,$(filter.$(VARIANT)))))
ifneq ($(tags),)
  sources := $(filter-out %_test.cpp,$(sources)) \
             $(shell grep -lF $(foreach tag,$(tags),-e '$(tag)') $(filter %_test.cpp,$(sources)))
endif
test_folders := $(filter-out tests,$(sort $(patsubst %/,%,$(dir $(sources)))))
tests   := $(patsubst %.cpp,$(out)/%.o,$(filter $(wildcard tests/*.cpp),$(sources))) $(test_folders:%=$(out)/%.o)
sources += $(wildcard $(joined:%=%/*.cpp))
joined  += $(test_folders)

# A run records the flags it was built with.
recorded := $(flags) $(CXXFLAGS)
$(out)/experiments/%.o: private CPPFLAGS += -DECA_BUILD_FLAGS='"$(recorded)"'
# The program's own files, the readers of files and the tests hold no arithmetic, and compile in half the time with -O1. No
# inline function of a header computes more than an index, so it does not matter whose copy of one the linker keeps. -g1
# would be a fifth of the tests' time. What clang++'s sanitizers add to them takes three times as long to compile with -O1 as
# with -O0.
lower := $(if $(filter asan% tsan%,$(VARIANT)),$(flags:-O1=-O0),$(flags:-O3=-O1))
$(out)/experiments/%.o $(out)/core/files/%.o $(out)/core/files.o $(out)/program.pch: private flags := $(lower)
$(out)/tests/%.o $(out)/tests.pch: private flags := $(if $(filter release%,$(VARIANT)),$(filter-out -g1,$(lower)),$(lower))

$(out)/%.o: %.cpp $(out)/flags.txt
	@mkdir -p $(@D)
	@echo "  CXX  $<"
	$(quietly)$(compile_file)

$(out)/%.o: %.cu $(out)/flags.txt
	@mkdir -p $(@D)
	@echo "  CXX  $<"
	$(quietly)$(compile_device) -c $< -o $@

# What a GPU runs, nvcc compiles: files of kernels for it alone, and loops that it shares with the processor.
ifeq ($(CUDA),1)
  compile_device = $(call cuda,nvcc) -ccbin $(CXX) -x cu -std=c++20 -O3 -arch=$(call cuda,arch) \
    --extended-lambda --expt-relaxed-constexpr -I. $(addprefix -I,$(call cuda,include)) $(CPPFLAGS) -Xcompiler=$(subst $(space),$(comma),$(filter-out -std=%,$(flags))) \
    -MMD -MP -MF $(@:.o=.d)
  shared    := $(shell grep -l ECA_DEVICE core/kernels/*/*.cpp)
  $(shared:%.cpp=$(out)/%.o): compile_file = $(compile_device) -c $< -o $@
else
  compile_device = $(compile) -x c++
endif

$(joined:%=$(out)/%.o): $(out)/%.o: $(out)/%.cpp $(out)/flags.txt
	@echo "  CXX  $*/*.cpp"
	$(quietly)$(compile_file)
compile_file = $(compile) $(precompiled:%=-include-pch $(out)/%.pch) -c $< -o $@

# The one folder that sees MPI: so a program with it and one without share all other objects.
$(out)/core/parallel/mpi.o: private CPPFLAGS += $(call mpi,include)

# clang++ reads the headers of the standard library and of Catch2 once for all files. g++ 12 could too, but then dies of an
# internal error in one build of many.
ifneq ($(clang),)
  $(out)/%.o: precompiled := standard
  $(out)/experiments/%.o $(out)/core/files/%.o $(out)/core/files.o: precompiled := program
  $(out)/tests/%.o: precompiled := tests
  $(objects) $(fuzzed) $(needed.$(VARIANT)): | $(out)/standard.pch $(out)/program.pch
  $(tests) $(fuzzer): | $(out)/tests.pch
endif
$(out)/%.pch: .ci/precompiled/%.hpp $(out)/flags.txt
	@echo "  CXX  $<"
	$(quietly)$(compile) -x c++-header $< -o $@

$(out)/libecagrad.a: $(library) $(out)/objects.txt
	@echo "  AR   $@"
	$(quietly)rm -f $@ && $(AR) rcs $@ $(library)

$(out)/eca: $(main) $(program) $(out)/libecagrad.a
	@echo "  LINK $@"
	$(quietly)$(link) $^ $(libraries) -o $@

# One for all variants: the arithmetic is not in it.
compile_catch2 = $(CXX) -I. -std=c++20 -O1 $(CPPFLAGS) $(warnings) $(CXXFLAGS) -c tests/catch2.cpp
$(BUILD)/catch2.o: tests/catch2.cpp tests/catch.hpp $(BUILD)/catch2.txt
	@echo "  CXX  $<"
	$(quietly)$(compile_catch2) -o $@

$(out)/run_tests: $(tests) $(tested_program) $(out)/libecagrad.a $(BUILD)/catch2.o
	@echo "  LINK $@"
	$(quietly)$(link) $^ $(libraries) $(catch2) -o $@

$(out)/fuzz: $(fuzzer) $(fuzzed) $(BUILD)/asan/libecagrad.a
	@echo "  LINK $@"
	$(quietly)$(link) -fsanitize=fuzzer $^ $(libraries) -o $@

# Files that change only when what they hold does. flags.txt: other flags, or another compiler or processor (their
# predefined macros tell), compile everything again. objects.txt: a source file that came or went links again.
$(out)/flags.txt: text := $(compile) $(if $(filter 1,$(CUDA)),$(compile_device)) $(shell $(CXX) $(flags) -dM -E -x c++ /dev/null | cksum)
$(out)/objects.txt: text := $(link) $(main) $(tested_program) $(library) $(tests) $(libraries) $(catch2)
$(BUILD)/catch2.txt: text := $(compile_catch2) $(shell $(CXX) --version | head -n 1)
$(joined:%=$(out)/%.cpp): lines = $(patsubst %,'#include "%"',$(sort $(filter $(sources),$(wildcard $(@:$(out)/%.cpp=%)/*.cpp))))
$(out)/flags.txt $(out)/objects.txt $(BUILD)/catch2.txt $(joined:%=$(out)/%.cpp): FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(lines) | cmp -s - $@ || printf '%s\n' $(lines) >$@
lines = $(call quote,$(text))
quote = '$(subst ','\'',$1)'

-include $(out)/standard.d $(out)/program.d $(out)/tests.d $(sort $(patsubst %.o,%.d,$(objects) $(tested_program) $(tests) $(fuzzer) $(fuzzed)))

endif
