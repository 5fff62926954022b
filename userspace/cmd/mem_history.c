// SPDX-License-Identifier: GPL-2.0
/* kvmshare mem history: the last hour, a column a minute. */
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "mem_common.h"
#include "../lib/msg.h"
#include "../lib/out.h"

#define ROWS	60
#define FIELDS	7

/* In the order of the file's lines: see docs/ABI/sysfs-kvmshare-mem. */
enum field { MINUTE, AVAILABLE_KIB, MERGED_KIB, KSMD, KHUGEPAGED, SPLITS, COLLAPSES };

static const struct series {
	enum field field;
	const char *key;
	const char *title;
	const char *unit;
	unsigned int in_unit;
} series[] = {
	{ AVAILABLE_KIB, "available_kib", "available", "MiB", 1024 },
	{ MERGED_KIB, "merged_kib", "merged", "MiB", 1024 },
	{ KSMD, "ksmd_permille", "ksmd", "% of a CPU", 10 },
	{ KHUGEPAGED, "khugepaged_permille", "khugepaged", "% of a CPU", 10 },
	{ SPLITS, "splits", "huge pages split", "", 1 },
	{ COLLAPSES, "collapses", "and made", "", 1 },
};
#define SERIES	(sizeof(series) / sizeof(series[0]))

/* -- Reading ---------------------------------------------------------------- */

static int parse_row(const char *text, uint64_t row[FIELDS])
{
	return sscanf(text, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
		      &row[0], &row[1], &row[2], &row[3], &row[4], &row[5], &row[6]) == FIELDS;
}

static int read_rows(uint64_t rows[ROWS][FIELDS])
{
	char text[MEM_TEXT_LEN], *rest = text, *one;
	int nr = 0;

	if (mem_read_lines(MEM "/history", text))
		return -1;
	while (nr < ROWS && (one = strsep(&rest, "\n")))
		nr += parse_row(one, rows[nr]);
	return nr;
}

/* -- Showing ---------------------------------------------------------------- */

static json_object *as_json(uint64_t rows[ROWS][FIELDS], int nr)
{
	json_object *all = json_object_new_array(), *row;

	for (int i = 0; i < nr; i++) {
		row = json_object_new_object();
		out_uint(row, "minute", rows[i][MINUTE]);
		for (size_t s = 0; s < SERIES; s++)
			out_uint(row, series[s].key, rows[i][series[s].field]);
		json_object_array_add(all, row);
	}
	return all;
}

/* A column of eight heights, or of what every terminal has. */
static const char *column(uint64_t value, uint64_t most)
{
	static const char *const blocks[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const ascii[] = { " ", "_", "_", ".", ".", "-", "=", "#", "#" };
	static int utf8 = -1;
	unsigned int height = most ? (unsigned int)((value * 8 + most - 1) / most) : 0;

	if (utf8 < 0)
		utf8 = setlocale(LC_CTYPE, "") && !strcmp(nl_langinfo(CODESET), "UTF-8");
	return utf8 ? blocks[height] : ascii[height];
}

static void draw(const struct series *of, uint64_t rows[ROWS][FIELDS], int nr)
{
	uint64_t most = 0;

	for (int i = 0; i < nr; i++)
		most = rows[i][of->field] > most ? rows[i][of->field] : most;
	printf("%-17s|", of->title);
	for (int i = 0; i < nr; i++)
		fputs(column(rows[i][of->field], most), stdout);
	printf("| at most %" PRIu64 "%s%s\n", most / of->in_unit, *of->unit ? " " : "", of->unit);
}

int cmd_mem_history(const struct cmd_line *line)
{
	static uint64_t rows[ROWS][FIELDS];
	int nr = read_rows(rows);

	(void)line;
	if (nr < 0)
		return mem_not_loaded();
	if (out_is_json()) {
		out_table(NULL, as_json(rows, nr), NULL);
		return EXIT_OK;
	}
	printf("the last %d minute%s, from the left:\n", nr, nr == 1 ? "" : "s");
	for (size_t s = 0; s < SERIES; s++)
		draw(&series[s], rows, nr);
	return EXIT_OK;
}
