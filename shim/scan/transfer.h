/* SPDX-License-Identifier: MIT
 *
 * Readings from one process to another that was forked from it.
 */
#ifndef NPABI_SCAN_TRANSFER_H
#define NPABI_SCAN_TRANSFER_H

#include <stdbool.h>
#include <stdio.h>

#include "scan/reading.h"

/* What has been received; zeroed at first. */
struct transfer {
	struct reading reading; /* its path is the next member */
	char *path;
	size_t room;
};

/*
 * Writes READING, or that the readings of a file are complete, to STREAM, which may keep
 * it until it is flushed.  False: it failed.
 */
bool transfer_send(FILE *stream, const struct reading *reading);
bool transfer_send_end(FILE *stream);

enum transfer_result {
	TRANSFER_READING, /* in *TRANSFER, until the next call */
	TRANSFER_END,	  /* of a file's readings */
	TRANSFER_BROKEN	  /* the other process is gone, or memory ran out */
};

/* Waits for the next of them. */
enum transfer_result transfer_receive(FILE *stream, struct transfer *transfer);

/* Frees the path. */
void transfer_close(struct transfer *transfer);

#endif
