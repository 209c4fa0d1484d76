/* SPDX-License-Identifier: MIT
 *
 * The texts are those of pybind/pybind11 (include/pybind11/numpy.h, v2.2 to
 * v3.1) and PyO3/rust-numpy (src/npyffi/mod.rs and array.rs, v0.13 to v0.28).
 * They tell how NumPy's function table is reached where no version is compiled
 * in.
 */
#include "facts/markers.h"

#include <stdio.h>
#include <string.h>

/* offsets: PyArrayObject.descr, and PyArray_Descr.elsize of NumPy 1 */
#define ARRAY_DTYPE	56
#define DTYPE_ITEM_SIZE 32

enum marker {
	MARKER_PYBIND11,	/* any pybind11 */
	MARKER_PYBIND11_NUMPY,	/* its array support */
	MARKER_PYBIND11_NEW,	/* 2.12 and later */
	MARKER_PYBIND11_ARRAYS, /* its constructor of arrays */
	MARKER_RUST_NUMPY,
	MARKER_RUST_PATH, /* ".../numpy-0.20.0/src/npyffi/array.rs" */
	MARKER_RUST_NEW,  /* 0.22 and later ask NumPy for its version */
	MARKER_OLD_TABLE,
	MARKER_SWIG,
	MARKER_NANOBIND,
	MARKER_F2PY,
	MARKER_CYTHON,
	MARKER_IMPORT_ARRAY, /* NumPy's own, in whatever function */
	MARKER_MAX
};

static const char marker_texts[MARKER_MAX][40] = {
	[MARKER_PYBIND11] = "__pybind11_internals_v",
	[MARKER_PYBIND11_NUMPY] = "pybind11 numpy support requires numpy",
	[MARKER_PYBIND11_NEW] = "FAILURE obtaining numpy _ARRAY_API",
	[MARKER_PYBIND11_ARRAYS] = "shape ndim doesn't match strides ndim",
	[MARKER_RUST_NUMPY] = "bug against the `rust-numpy` crate",
	[MARKER_RUST_PATH] = "/src/npyffi/array.rs",
	[MARKER_RUST_NEW] = "NumpyVersion",
	[MARKER_OLD_TABLE] = "numpy.core.multiarray",
	[MARKER_SWIG] = "swig_runtime_data",
	[MARKER_NANOBIND] = "__nb_internals_v",
	[MARKER_F2PY] = "generated with f2py",
	[MARKER_CYTHON] = "__pyx_capi__",
	[MARKER_IMPORT_ARRAY] = "compiled against ABI version",
};

struct sighting {
	uint64_t address; /* 0: not seen */
	const char *text; /* where in the segment's bytes */
	const char *start;
};

static void look_in_segment(struct reader *reader, const struct elf_segment *segment,
			    struct sighting *seen)
{
	const char *bytes, *at;

	if (!reader_may_look(reader, segment->file_size)) {
		reader_lose(reader, segment->address);
		return;
	}
	bytes = (const char *)elf_at(reader->image, segment->address, segment->file_size);
	for (unsigned m = 0; bytes && m < MARKER_MAX; m++) {
		if (seen[m].address)
			continue;
		at = memmem(bytes, segment->file_size, marker_texts[m],
			    strlen(marker_texts[m]));
		if (!at)
			continue;
		seen[m].address = segment->address + (uint64_t)(at - bytes);
		seen[m].text = at;
		seen[m].start = bytes;
	}
}

/* True when some marker was seen in the segments that may be executed, or in those not.
 */
static bool look_in_segments(struct reader *reader, uint32_t executable,
			     struct sighting *seen)
{
	const struct elf_image *image = reader->image;
	bool any = false;

	for (size_t i = 0; i < image->segment_count; i++)
		if ((image->segments[i].flags & (PF_W | PF_X)) == executable)
			look_in_segment(reader, &image->segments[i], seen);
	for (unsigned m = 0; m < MARKER_MAX; m++)
		any |= seen[m].address != 0;
	return any;
}

/* The constants of one object lie together: apart from its code, or before it. */
static void look_for_markers(struct reader *reader, struct sighting *seen)
{
	if (!look_in_segments(reader, 0, seen))
		look_in_segments(reader, PF_X, seen);
}

static void name_generator(struct reader *reader, const char *name, uint64_t address)
{
	struct facts *facts = reader->facts;

	if (facts->generator[0])
		return;
	snprintf(facts->generator, sizeof(facts->generator), "%s", name);
	reader_evidence(reader, "string", address, "generator=", name);
}

static void note_import(struct facts *facts, const char *name)
{
	if (facts->import_count < FACTS_IMPORTS_MAX)
		snprintf(facts->imports[facts->import_count++], sizeof(facts->imports[0]),
			 "%s", name);
}

/*
 * Does the code of an old pybind11's user call array::itemsize() or nbytes()?
 * They are inlined: the array's dtype, and in that the item size of NumPy 1.
 */
static void look_for_item_size(struct reader *reader)
{
	const struct elf_image *image = reader->image;
	const struct machine *machine = reader->flow.machine;

	for (size_t i = 0; machine && i < image->segment_count; i++) {
		const struct elf_segment *segment = &image->segments[i];
		struct machine_code code = {.size = segment->file_size,
					    .address = segment->address};
		size_t at;

		if (!(segment->flags & PF_X) || !reader_may_look(reader, code.size))
			continue;
		code.bytes = elf_at(image, code.address, code.size);
		if (!code.bytes)
			continue;
		at = machine->find_chain(&code, 0, ARRAY_DTYPE, DTYPE_ITEM_SIZE);
		if (at == code.size)
			continue;
		reader->facts->reads_item_size = true;
		reader_evidence(reader, "load", code.address + at, "reads ",
				"dtype.itemsize");
		return;
	}
}

static void judge_pybind11(struct reader *reader, const struct sighting *seen)
{
	struct facts *facts = reader->facts;
	bool recent = seen[MARKER_PYBIND11_NEW].address;

	if (!recent && !seen[MARKER_PYBIND11_NUMPY].address) {
		name_generator(reader, "pybind11", seen[MARKER_PYBIND11].address);
		return;
	}
	name_generator(
		reader, recent ? "pybind11 >=2.12" : "pybind11 <2.12",
		seen[recent ? MARKER_PYBIND11_NEW : MARKER_PYBIND11_NUMPY].address);
	if (facts->access == FACTS_ACCESS_IMPORT_ARRAY)
		return;
	facts->access = recent ? FACTS_ACCESS_PYBIND11_NEW : FACTS_ACCESS_PYBIND11_OLD;
	note_import(facts, recent ? "numpy" : "numpy.core.multiarray");
	if (recent)
		return;
	facts->makes_arrays = seen[MARKER_PYBIND11_ARRAYS].address;
	look_for_item_size(reader);
}

/* The release of the crate stands in the paths that its panics print. */
static bool take_crate_version(const struct sighting *path, char *version, size_t size)
{
	const char *end = path->text, *at = end;
	size_t length;

	while (at > path->start && end - at < 24 && at[-1] != '/')
		at--;
	if (end - at < 8 || memcmp(at, "numpy-", 6))
		return false;
	at += 6;
	length = strspn(at, "0123456789.");
	if (length != (size_t)(end - at) || length >= size)
		return false;
	memcpy(version, at, length);
	version[length] = '\0';
	return true;
}

/* The Y of a version "0.Y..."; false for others.  Not by sscanf, new in GLIBC_2.38. */
static bool take_minor(const char *version, unsigned *minor_)
{
	unsigned minor = 0;
	const char *at = version + 2;

	if (strncmp(version, "0.", 2) != 0 || *at < '0' || *at > '9')
		return false;
	for (; *at >= '0' && *at <= '9'; at++)
		minor = minor * 10 + (unsigned)(*at - '0');
	*minor_ = minor;
	return true;
}

static void judge_rust(struct reader *reader, const struct sighting *seen)
{
	struct facts *facts = reader->facts;
	bool recent = seen[MARKER_RUST_NEW].address;
	char version[16], name[40];
	unsigned minor;

	if (seen[MARKER_RUST_PATH].address &&
	    take_crate_version(&seen[MARKER_RUST_PATH], version, sizeof(version))) {
		snprintf(name, sizeof(name), "rust-numpy %s", version);
		if (take_minor(version, &minor))
			recent = minor >= 22;
		name_generator(reader, name, seen[MARKER_RUST_PATH].address);
	} else {
		name_generator(reader, recent ? "rust-numpy >=0.22" : "rust-numpy <0.22",
			       seen[MARKER_RUST_NUMPY].address);
	}
	facts->access = recent ? FACTS_ACCESS_RUST_NEW : FACTS_ACCESS_RUST_OLD;
	note_import(facts, recent ? "numpy" : "numpy.core.multiarray");
}

bool markers_find(struct reader *reader)
{
	struct sighting seen[MARKER_MAX] = {0};

	look_for_markers(reader, seen);
	if (seen[MARKER_PYBIND11].address || seen[MARKER_PYBIND11_NUMPY].address)
		judge_pybind11(reader, seen);
	else if (seen[MARKER_RUST_NUMPY].address || seen[MARKER_RUST_PATH].address)
		judge_rust(reader, seen);
	if (seen[MARKER_NANOBIND].address)
		name_generator(reader, "nanobind", seen[MARKER_NANOBIND].address);
	if (seen[MARKER_SWIG].address)
		name_generator(reader, "swig", seen[MARKER_SWIG].address);
	if (seen[MARKER_F2PY].address)
		name_generator(reader, "f2py", seen[MARKER_F2PY].address);
	if (seen[MARKER_CYTHON].address)
		name_generator(reader, "cython", seen[MARKER_CYTHON].address);
	return seen[MARKER_IMPORT_ARRAY].address;
}
