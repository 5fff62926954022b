// SPDX-License-Identifier: GPL-2.0
#include "timeline.h"

#define LEFT	150
#define WIDTH	1000
#define RIGHT	90
#define ROW	18
#define TOP	40
#define TICKS	10

static u32 rows(const struct scenario *scenario)
{
	return scenario->nr < TIMELINE_ROWS ? scenario->nr : TIMELINE_ROWS;
}

static double x_of(const struct scenario *scenario, u64 time)
{
	return LEFT + (double)time * WIDTH / (double)scenario->length;
}

static int y_of(u32 row)
{
	return TOP + (int)row * ROW;
}

/* Neighbours differ: 137 degrees are the golden angle. */
static unsigned int hue(u32 row)
{
	return row * 137 % 360;
}

void timeline_begin(FILE *out, const struct scenario *scenario)
{
	int height = y_of(rows(scenario)) + 30;

	fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"font-family=\"sans-serif\" font-size=\"11\">\n",
		LEFT + WIDTH + RIGHT, height);
	fprintf(out, "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n");
	fprintf(out, "<text x=\"%d\" y=\"16\" font-size=\"13\">%s, %u clients</text>\n", LEFT,
		scenario->policy, scenario->nr);
	for (int i = 0; i <= TICKS; i++) {
		u64 time = scenario->length / TICKS * (u64)i;
		double x = x_of(scenario, time);

		fprintf(out, "<path d=\"M%.1f %d V%d\" stroke=\"#ddd\"/>\n", x, TOP - 6,
			y_of(rows(scenario)));
		fprintf(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g ms</text>\n", x,
			TOP - 10, (double)time / 1e6);
	}
	for (u32 i = 0; i < rows(scenario); i++)
		fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", LEFT - 8,
			y_of(i) + ROW - 6, scenario->clients[i].name);
}

void timeline_slice(FILE *out, const struct scenario *scenario, u32 nr, u64 begin, u64 end)
{
	double from = x_of(scenario, begin);
	double width = x_of(scenario, end < scenario->length ? end : scenario->length) - from;

	if (nr >= rows(scenario) || width <= 0)
		return;
	fprintf(out, "<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\" fill=\"hsl(%u,60%%,50%%)\"/>\n",
		from, y_of(nr) + 2, width, ROW - 4, hue(nr));
}

void timeline_end(FILE *out, const struct scenario *scenario, const double *parts)
{
	for (u32 i = 0; i < rows(scenario); i++)
		fprintf(out, "<text x=\"%d\" y=\"%d\">%.1f %%</text>\n", LEFT + WIDTH + 8,
			y_of(i) + ROW - 6, parts[i]);
	fprintf(out, "</svg>\n");
}
