/* SPDX-License-Identifier: MIT
 *
 * What was learnt of one extension, each fact with where it was read.  A plain
 * struct without pointers: it can be copied, kept and compared.  Absent text is
 * "", an absent number 0 unless the field says otherwise.
 */
#ifndef NPABI_FACTS_FACTS_H
#define NPABI_FACTS_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/status.h"
#include "elf/notes.h"

#define FACTS_CHECKS_MAX   160
#define FACTS_IMPORTS_MAX  12
#define FACTS_EVIDENCE_MAX 128
#define FACTS_EXECS_MAX	   8

enum facts_answer { FACTS_UNKNOWN, FACTS_NO, FACTS_YES };

/* What Cython's type import does when the run-time type is larger. */
enum facts_policy {
	FACTS_POLICY_UNKNOWN,
	FACTS_POLICY_ERROR,
	FACTS_POLICY_WARN,
	FACTS_POLICY_IGNORE
};

/*
 * The words in which a failed size check will be told; cython/cython,
 * Cython/Utility/ImportExport.c and before it ModuleNode.py, by release.
 */
enum facts_wording {
	FACTS_WORDING_UNKNOWN,
	FACTS_WORDING_RECOMPILE, /* to 0.23: "M.T has the wrong size, try recompiling" */
	FACTS_WORDING_SWAPPED,	 /* 0.24-0.28: + ". Expected RUNTIME, got COMPILED" */
	FACTS_WORDING_HEADER,	 /* 0.29: "... Expected C from C header, got R ..." */
	FACTS_WORDING_HEADER_RANGE /* 3.0+, policy error: "... got R-R from PyObject" */
};

struct facts_size_check {
	char type[160];	   /* "numpy.ndarray", "cymem.cymem.Pool" */
	uint64_t expected; /* sizeof in the headers, bytes */
	enum facts_policy policy;
	enum facts_wording wording;
	uint64_t address;      /* of the call that carried it */
	bool item_size_counts; /* 0.29.34+: tp_itemsize is added to the run-time size */
};

struct facts_evidence {
	char fact[176];	  /* "numpy.ndarray=88" */
	uint64_t address; /* link-time address */
	char by[16];	  /* "call", "string", "symbol", "compare" */
};

/* How the extension reaches NumPy's C API. */
enum facts_access {
	FACTS_ACCESS_NONE,
	FACTS_ACCESS_UFUNC,	   /* import_umath only: no version checks */
	FACTS_ACCESS_TABLE,	   /* the table by means of its own; checks unknown */
	FACTS_ACCESS_IMPORT_ARRAY, /* NumPy's own import_array, with version checks */
	FACTS_ACCESS_PYBIND11_OLD, /* pybind11 <= 2.11: no version check */
	FACTS_ACCESS_PYBIND11_NEW, /* pybind11 >= 2.12 */
	FACTS_ACCESS_RUST_OLD,	   /* rust-numpy <= 0.21: no version check */
	FACTS_ACCESS_RUST_NEW	   /* rust-numpy >= 0.22 */
};

/* What the init code does when import_array fails. */
enum facts_heed_kind {
	FACTS_HEED_UNKNOWN,    /* could not be followed */
	FACTS_HEED_FAILS,      /* the import fails */
	FACTS_HEED_UNREPORTED, /* carries on, the exception stays set: SystemError */
	FACTS_HEED_CARRIES_ON, /* carries on, no exception is left */
	FACTS_HEED_LATER       /* does not call import_array at all */
};

struct facts_heed {
	enum facts_heed_kind kind;
	bool in_exec;	  /* an exec function calls import_array, not PyInit_NAME */
	bool usual;	  /* FAILS in the usual words of import_array's callers */
	bool with_cause;  /* FAILS with what import_array's function raised itself */
	bool tells_cause; /* that was printed before, or is chained to what is raised */
	/* FAILS otherwise: what is raised; "" where that is not known */
	char error_type[24];
	char text[160];
	/* FAILS in a function that gives an int: that number, 0 where it is not known */
	int32_t result;
};

/* How import_array can fail. */
enum facts_failure {
	FACTS_REFUSED,	/* no function tables to be had: import_umath fails too */
	FACTS_VERSIONS, /* the versions do not fit: import_umath asks for none */
	FACTS_FAILURES
};

/* A function of a library that calls import_array, for who calls that function. */
struct facts_function {
	char name[128];				/* "": none */
	struct facts_heed heed[FACTS_FAILURES]; /* what it does when that fails */
};

struct facts {
	enum npabi_status status; /* NPABI_OK, or why reading stopped early */
	char status_detail[96];	  /* what could not be followed; "" */
	char build_id[2 * ELF_BUILD_ID_MAX + 1];
	char init_name[128]; /* "PyInit__pywt"; "": none was found */
	bool python2;	     /* it is one of Python 2, whose result says nothing */
	char generator[64];  /* "cython 0.29.24", "pybind11 <2.12" */
	enum facts_answer numpy_dependent;
	bool free_threaded; /* compiled for a CPython without the GIL */
	enum facts_access access;

	unsigned import_count;
	char imports[FACTS_IMPORTS_MAX][64]; /* NumPy modules its code asks for */

	uint32_t abi_version;	     /* NPY_VERSION compiled in, 0: none */
	uint32_t api_version;	     /* NPY_FEATURE_VERSION compiled in, 0: none */
	char api_release[16];	     /* "1.20" of the text "(NumPy 1.20)", headers 2.x */
	bool automatic_import_array; /* Cython 3's own call, with words of its own */
	bool checks_after_import_array; /* the size checks come after import_array */
	bool in_order; /* checks are listed in the order in which they run; else by place
			*/
	bool versions_without_prefix; /* headers to 1.10: "version %x", not "0x%x" */
	bool api_text_points_to_docs; /* headers 1.24+: "Check the section" */
	bool keeps_import_error;      /* header 1.26.4+: NumPy 2's own error shows */

	/*
	 * The exec functions of its module definition, in order, at link-time addresses:
	 * in a process the definition itself may be changed before it is read again.
	 */
	unsigned exec_count;
	uint64_t execs[FACTS_EXECS_MAX];

	/*
	 * The library whose import_array this is, that the extension is linked with
	 * ("libarrow_python.so"; "": it is its own), and the function there that the
	 * extension calls, if one is known.
	 */
	char library[64];
	struct facts_function linked;

	bool heed_read; /* heed_read was asked; else heed says nothing */
	struct facts_heed heed[FACTS_FAILURES];

	/*
	 * It makes a PyArrayMultiIterObject in a block that ends where the iterators
	 * begin.
	 */
	bool small_multi_iterator;
	bool uses_multi_iterator; /* something in it calls the code that does */

	/* with FACTS_ACCESS_PYBIND11_OLD only: */
	bool reads_item_size; /* its code asks an array's dtype for the item size */
	bool makes_arrays;    /* it can make arrays of its own */

	unsigned check_count, evidence_count;
	bool checks_truncated;
	bool checks_unread; /* there are others, of sizes that could not be read */

	/* Last, and only set as far as the counts say. */
	struct facts_size_check checks[FACTS_CHECKS_MAX];
	struct facts_evidence evidence[FACTS_EVIDENCE_MAX];
};

/* Nothing is known yet.  The lists, 56 KiB, are left as they are. */
static inline void facts_clear(struct facts *facts)
{
	memset(facts, 0, offsetof(struct facts, checks));
}

/* "error", "warn" or "ignore"; "" for one that is not known. */
static inline const char *facts_policy_name(enum facts_policy policy)
{
	switch (policy) {
	case FACTS_POLICY_ERROR:
		return "error";
	case FACTS_POLICY_WARN:
		return "warn";
	case FACTS_POLICY_IGNORE:
		return "ignore";
	case FACTS_POLICY_UNKNOWN:
		break;
	}
	return "";
}

#endif
