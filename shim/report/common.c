/* SPDX-License-Identifier: MIT
 *
 * Time, host, process and thread.  The calendar is reckoned here: gmtime_r
 * takes the C library's time zone lock, and a child forked while another thread
 * held that lock would wait for ever.  Called by the record writers.
 */
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/textbuf.h"
#include "report/common.h"

#define SECONDS_A_DAY  86400
#define DAYS_400_YEARS 146097

struct date {
	int64_t year;
	unsigned month, day; /* 1-12, 1-31 */
};

/* How many days from 1970-01-01 to the first of March, year 0 (proleptic). */
#define DAYS_TO_MARCH_0 719468

/*
 * Days since 1970 to a date of the Gregorian calendar.  Years are counted from
 * March, so that the leap day is the last of its year and every month before
 * it has a fixed place: month M (0 = March) starts on day (153 * M + 2) / 5.
 */
static struct date date_from_days(int64_t days)
{
	int64_t shifted = days + DAYS_TO_MARCH_0;
	int64_t era = shifted / DAYS_400_YEARS;
	int64_t day_of_era = shifted % DAYS_400_YEARS;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
			       day_of_era / (DAYS_400_YEARS - 1)) /
			      365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t march_month = (5 * day_of_year + 2) / 153;
	struct date date;

	date.day = (unsigned)(day_of_year - (153 * march_month + 2) / 5 + 1);
	date.month = (unsigned)(march_month < 10 ? march_month + 3 : march_month - 9);
	date.year = year_of_era + era * 400 + (date.month <= 2);
	return date;
}

void record_time(char *time, uint32_t size, int64_t seconds, unsigned milliseconds)
{
	struct date date = date_from_days(seconds / SECONDS_A_DAY);
	unsigned second = (unsigned)(seconds % SECONDS_A_DAY);
	struct npabi_textbuf buf;

	const struct {
		uint64_t value;
		char width, after;
	} parts[] = {{(uint64_t)date.year, 4, '-'},
		     {date.month, 2, '-'},
		     {date.day, 2, 'T'},
		     {second / 3600, 2, ':'},
		     {second / 60 % 60, 2, ':'},
		     {second % 60, 2, '.'},
		     {milliseconds, 3, 'Z'}};

	npabi_textbuf_init(&buf, time, size);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		npabi_textbuf_padded(&buf, parts[i].value, (unsigned)parts[i].width);
		npabi_textbuf_char(&buf, parts[i].after);
	}
}

void record_common_read(struct record_common *common_)
{
	struct timespec now = {0};
	struct npabi_textbuf host;
	struct utsname names;

	clock_gettime(CLOCK_REALTIME, &now);
	record_time(common_->time, sizeof(common_->time), now.tv_sec < 0 ? 0 : now.tv_sec,
		    (unsigned)(now.tv_nsec / 1000000));
	npabi_textbuf_init(&host, common_->host, sizeof(common_->host));
	if (uname(&names) == 0)
		npabi_textbuf_string(&host, names.nodename);
	common_->pid = getpid();
	common_->tid = (int)syscall(SYS_gettid);
}
