// SPDX-License-Identifier: GPL-2.0
/*
 * mem-sample SECONDS [INTERVAL-MS]: what the host's memory does meanwhile, as CSV: a line
 * of names, then one each interval (500 ms).
 *
 *   seconds         since it began
 *   saved_kib       what merging saves: pages that are another's, and zero pages
 *   huge_kib        anonymous memory in huge pages
 *   available_kib   MemAvailable
 *   splits collapses cow   huge pages split and made, merged pages copied, since it began
 *   ksmd_ns khugepaged_ns  CPU time of the two, likewise
 *   passes          of ksmd, likewise
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define KSM "/sys/kernel/mm/ksm/"

static unsigned long long number_in(const char *path)
{
	unsigned long long number = 0;
	FILE *file = fopen(path, "re");

	if (!file)
		return 0;
	if (fscanf(file, "%llu", &number) != 1)
		number = 0;
	fclose(file);
	return number;
}

/* The number that follows @name at the beginning of a line. */
static unsigned long long number_after(const char *path, const char *name)
{
	unsigned long long number = 0;
	size_t len = strlen(name);
	FILE *file = fopen(path, "re");
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, name, len) || (line[len] != ' ' && line[len] != ':'))
			continue;
		number = strtoull(line + len + 1, NULL, 10);
		break;
	}
	if (file)
		fclose(file);
	return number;
}

/* Where the kernel says how long that thread of its own ran. */
static void find_thread(const char *name, char *path, size_t size)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	char comm[300], text[32];

	*path = 0;
	while (proc && (entry = readdir(proc))) {
		FILE *file;

		snprintf(comm, sizeof(comm), "/proc/%s/comm", entry->d_name);
		file = fopen(comm, "re");
		if (!file)
			continue;
		if (fscanf(file, "%31s", text) == 1 && !strcmp(text, name))
			snprintf(path, size, "/proc/%s/schedstat", entry->d_name);
		fclose(file);
	}
	if (proc)
		closedir(proc);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static char ksmd[300], khugepaged[300];

enum { SPLITS, COLLAPSES, COW, KSMD, KHUGEPAGED, PASSES, COUNTERS };

static void count(unsigned long long *counters)
{
	counters[SPLITS] = number_after("/proc/vmstat", "thp_split_page");
	counters[COLLAPSES] = number_after("/proc/vmstat", "thp_collapse_alloc");
	counters[COW] = number_after("/proc/vmstat", "cow_ksm");
	counters[KSMD] = number_in(ksmd);
	counters[KHUGEPAGED] = number_in(khugepaged);
	counters[PASSES] = number_in(KSM "full_scans");
}

static void sample(double since, const unsigned long long *first)
{
	unsigned long long now[COUNTERS];

	count(now);
	printf("%.1f,%llu,%llu,%llu", seconds() - since,
	       (number_in(KSM "pages_sharing") + number_in(KSM "ksm_zero_pages")) * 4,
	       number_after("/proc/meminfo", "AnonHugePages"),
	       number_after("/proc/meminfo", "MemAvailable"));
	for (int i = 0; i < COUNTERS; i++)
		printf(",%llu", now[i] - first[i]);
	puts("");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	double since = seconds(), length = argc > 1 ? atof(argv[1]) : 0;
	long ms = argc > 2 ? atol(argv[2]) : 500;
	unsigned long long first[COUNTERS];

	if (length <= 0 || ms <= 0) {
		fprintf(stderr, "mem-sample SECONDS [INTERVAL-MS]: see mem-sample.c\n");
		return 2;
	}
	find_thread("ksmd", ksmd, sizeof(ksmd));
	find_thread("khugepaged", khugepaged, sizeof(khugepaged));
	count(first);
	puts("seconds,saved_kib,huge_kib,available_kib,splits,collapses,cow,ksmd_ns,khugepaged_ns,passes");
	for (long i = 0; seconds() - since < length; i++) {
		double rest = since + i * ms / 1e3 - seconds();
		struct timespec until_next = { (time_t)rest, (long)((rest - (time_t)rest) * 1e9) };

		if (rest > 0)
			nanosleep(&until_next, NULL);
		sample(since, first);
	}
	return 0;
}
