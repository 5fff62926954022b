// SPDX-License-Identifier: GPL-2.0
#include <ncurses.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "vgpu_screen.h"
#include "../lib/clock.h"

#define GAP	2

static SCREEN *screen;
static int row;

bool screen_open(void)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return false;
	/* initscr() would end this program where the terminal is not known. */
	screen = newterm(NULL, stdout, stdin);
	if (!screen)
		return false;
	cbreak();
	noecho();
	curs_set(0);
	return true;
}

void screen_close(void)
{
	endwin();
	delscreen(screen);
	screen = NULL;
}

void screen_clear(void)
{
	erase();
	row = 0;
}

void screen_line(const char *text)
{
	if (row < LINES)
		mvaddnstr(row++, 0, text, COLS);
}

static const char *value_of(json_object *of, const struct out_column *column)
{
	json_object *value;

	if (!json_object_object_get_ex(of, column->key, &value) || !value ||
	    (json_object_is_type(value, json_type_string) && !json_object_get_string_len(value)))
		return "-";
	return json_object_get_string(value);
}

static int width_of(json_object *rows, const struct out_column *column)
{
	size_t width = strlen(column->title);

	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		size_t len = strlen(value_of(json_object_array_get_idx(rows, i), column));

		if (len > width)
			width = len;
	}
	return (int)width;
}

static void put_cell(int at, const struct out_column *column, int x, int width, const char *text)
{
	if (column->kind != OUT_TEXT)
		x += width - (int)strlen(text);
	if (at < LINES && x < COLS)
		mvaddnstr(at, x, text, COLS - x);
}

void screen_table(const struct out_column *columns, json_object *rows)
{
	int nr = (int)json_object_array_length(rows), x = 0;

	if (row < LINES)
		mvhline(row, 0, ' ' | A_REVERSE, COLS);
	for (const struct out_column *c = columns; c->key; c++) {
		int width = width_of(rows, c);

		attron(A_REVERSE);
		put_cell(row, c, x, width, c->title);
		attroff(A_REVERSE);
		for (int i = 0; i < nr; i++)
			put_cell(row + 1 + i, c, x, width,
				 value_of(json_object_array_get_idx(rows, (size_t)i), c));
		x += width + GAP;
	}
	row += nr + 1;
}

bool screen_wait(int ms)
{
	uint64_t end = now_ms() + (uint64_t)ms;

	refresh();
	for (;;) {
		uint64_t now = now_ms();
		int key;

		timeout(now < end ? (int)(end - now) : 0);
		key = getch();
		if (key == 'q')
			return true;
		/* Time is over, a signal came, or the window has another size. */
		if (key == ERR || key == KEY_RESIZE || now >= end)
			return false;
	}
}
