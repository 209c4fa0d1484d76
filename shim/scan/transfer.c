/* SPDX-License-Identifier: MIT
 *
 * A reading as it lies in memory, for both processes run the same program, but of its
 * lists only what is used: 5 KB of 60.  Called by jobs.c.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "scan/transfer.h"

/* What comes first; a path_size of 0 is the end of a file's readings. */
struct head {
	enum reading_kind kind;
	size_t path_size; /* with its NUL */
	size_t wheel;
};

#define FACTS_HEAD offsetof(struct facts, checks)

static bool send_bytes(FILE *stream, const void *bytes, size_t size)
{
	return fwrite(bytes, 1, size, stream) == size;
}

static bool receive_bytes(FILE *stream, void *bytes_, size_t size)
{
	return fread(bytes_, 1, size, stream) == size;
}

static bool send_facts(FILE *stream, const struct facts *facts)
{
	return send_bytes(stream, facts, FACTS_HEAD) &&
	       send_bytes(stream, facts->checks,
			  facts->check_count * sizeof(facts->checks[0])) &&
	       send_bytes(stream, facts->evidence,
			  facts->evidence_count * sizeof(facts->evidence[0]));
}

bool transfer_send(FILE *stream, const struct reading *reading)
{
	struct head head = {
		.kind = reading->kind,
		.path_size = strlen(reading->path) + 1,
		.wheel = reading->wheel,
	};

	if (!send_bytes(stream, &head, sizeof(head)) ||
	    !send_bytes(stream, reading->path, head.path_size))
		return false;
	if (reading->kind != READING_EXTENSION)
		return send_bytes(stream, reading->reason, sizeof(reading->reason));
	return send_bytes(stream, &reading->owner, sizeof(reading->owner)) &&
	       send_facts(stream, &reading->facts);
}

bool transfer_send_end(FILE *stream)
{
	const struct head head = {.path_size = 0};

	return send_bytes(stream, &head, sizeof(head));
}

static bool receive_path(FILE *stream, struct transfer *transfer, size_t size)
{
	if (size > transfer->room) {
		free(transfer->path);
		transfer->path = malloc(size);
		transfer->room = transfer->path ? size : 0;
	}
	transfer->reading.path = transfer->path;
	return transfer->path && receive_bytes(stream, transfer->path, size);
}

static bool receive_facts(FILE *stream, struct facts *facts)
{
	return receive_bytes(stream, facts, FACTS_HEAD) &&
	       facts->check_count <= FACTS_CHECKS_MAX &&
	       facts->evidence_count <= FACTS_EVIDENCE_MAX &&
	       receive_bytes(stream, facts->checks,
			     facts->check_count * sizeof(facts->checks[0])) &&
	       receive_bytes(stream, facts->evidence,
			     facts->evidence_count * sizeof(facts->evidence[0]));
}

static bool receive_rest(FILE *stream, struct reading *reading)
{
	reading->reason[0] = '\0';
	if (reading->kind != READING_EXTENSION)
		return receive_bytes(stream, reading->reason, sizeof(reading->reason));
	return receive_bytes(stream, &reading->owner, sizeof(reading->owner)) &&
	       receive_facts(stream, &reading->facts);
}

enum transfer_result transfer_receive(FILE *stream, struct transfer *transfer)
{
	struct head head;

	if (!receive_bytes(stream, &head, sizeof(head)))
		return TRANSFER_BROKEN;
	if (!head.path_size)
		return TRANSFER_END;
	transfer->reading.kind = head.kind;
	transfer->reading.wheel = head.wheel;
	return receive_path(stream, transfer, head.path_size) &&
			       receive_rest(stream, &transfer->reading)
		       ? TRANSFER_READING
		       : TRANSFER_BROKEN;
}

void transfer_close(struct transfer *transfer)
{
	free(transfer->path);
	transfer->path = NULL;
	transfer->room = 0;
}
