/* SPDX-License-Identifier: MIT
 *
 * The shape of the table of NumPy releases (releases_table.c, which
 * scripts/gen-numpy-table writes).  Read-only data without pointers.  Only
 * files of this folder include it; the rest asks releases.h.
 */
#ifndef NPABI_VERDICT_RELEASES_TABLE_H
#define NPABI_VERDICT_RELEASES_TABLE_H

#include <stdbool.h>
#include <stdint.h>

/* What the sizes in struct release_runtime are of; one column, one size. */
enum release_column {
	RELEASES_DTYPE,
	RELEASES_FLATITER,
	RELEASES_BROADCAST,
	RELEASES_NDARRAY,
	RELEASES_UFUNC,
	RELEASES_ABSTRACT, /* generic and the nine other abstract scalar types */
	RELEASES_VOID,
	RELEASES_NDITER,
	RELEASES_SMALL, /* scalars whose value takes up to 8 bytes */
	RELEASES_WIDE,	/* 16 bytes, and datetime64 */
	RELEASES_CLONGDOUBLE,
	RELEASES_COLUMNS
};

/* A running NumPy: tp_basicsize (tp_itemsize is 0 in all of them). */
struct release_runtime {
	char release[6]; /* "1.19" */
	uint32_t abi, api;
	uint16_t size[RELEASES_COLUMNS];	  /* 64-bit, with the GIL */
	uint16_t free_threaded[RELEASES_COLUMNS]; /* without; all 0: no such build */
};

/* What the sizes in struct release_headers are of. */
enum release_struct {
	RELEASES_HEADER_DTYPE,	       /* PyArray_Descr */
	RELEASES_HEADER_FLATITER,      /* PyArrayIterObject */
	RELEASES_HEADER_BROADCAST,     /* PyArrayMultiIterObject in C */
	RELEASES_HEADER_BROADCAST_CXX, /* and in C++ */
	RELEASES_HEADER_NDARRAY,       /* PyArrayObject_fields */
	RELEASES_HEADER_UFUNC,	       /* PyUFuncObject */
	RELEASES_HEADER_OBJECT,	       /* PyObject; also the opaque PyArrayObject */
	RELEASES_HEADER_VOID,	       /* PyVoidScalarObject */
	RELEASES_HEADER_STRUCTS
};

enum release_model { RELEASES_LP64, RELEASES_ILP32, RELEASES_LP64_FREE_THREADED };

/* What a compiler sees: sizeof, by NPY_FEATURE_VERSION. */
struct release_headers {
	char release[6];
	uint16_t api;	 /* NPY_FEATURE_VERSION */
	bool own_choice; /* what the headers take when no target is named */
	uint8_t model;	 /* enum release_model */
	uint16_t size[RELEASES_HEADER_STRUCTS];
};

struct release_api {
	uint16_t api;
	char first[6], last[6]; /* the releases that have it */
	char target[6];		/* its name where it is the target of newer headers */
	char text[6];		/* in "(NumPy 1.20)" of headers 2.x */
};

struct release_type {
	char name[20];	/* without "numpy." */
	uint8_t column; /* enum release_column */
};

extern const struct release_runtime releases_runtimes[];
extern const unsigned releases_runtimes_count;
extern const struct release_headers releases_headers[];
extern const unsigned releases_headers_count;
extern const struct release_api releases_apis[];
extern const unsigned releases_apis_count;
extern const struct release_type releases_types[];
extern const unsigned releases_types_count;

#endif
