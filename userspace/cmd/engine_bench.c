// SPDX-License-Identifier: GPL-2.0
/* kvmshare engine bench: clients that always have work, and how evenly they get it done. */
#include <errno.h>
#include <inttypes.h>
#include <kvmshare-vgpu.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vgpu_common.h"
#include "vgpu_rates.h"
#include "../lib/clock.h"
#include "../lib/msg.h"
#include "../lib/out.h"

#define MAX_CLIENTS	256
#define DEPTH		16	/* jobs that each keeps in its queue */
#define WORDS		1024
#define HALF		(WORDS * 4)	/* of the memory: results, then what is read */
#define REPEAT		32	/* where a job can be stopped */
#define LOOK_MS		200

/**
 * struct client - one of them, and its thread
 * @ctx: its context
 * @thread: see @started
 * @started: it runs
 * @job: what it does, again and again
 * @stop: all are to end
 * @done: jobs that ended well; others look at it meanwhile
 * @failed: jobs that did not
 * @run_ns: for how long they had the engine
 * @err: why it ended before the others, or 0
 */
struct client {
	struct kvmshare_ctx *ctx;
	pthread_t thread;
	bool started;
	struct kvmshare_job job;
	const atomic_bool *stop;
	atomic_uint_fast64_t done;
	uint64_t failed;
	uint64_t run_ns;
	int err;
};

/**
 * struct bench - all of it
 * @engine: its name
 * @type: of the jobs
 * @job: of each client
 * @bytes: that one job goes through; 0 where it touches no memory
 * @clients: them
 * @nr: how many
 * @ms: for how long
 * @stop: see struct client
 */
struct bench {
	char engine[KVMSHARE_ENGINE_NAME_LEN];
	const char *type;
	struct kvmshare_job job;
	uint64_t bytes;
	struct client clients[MAX_CLIENTS];
	uint32_t nr;
	uint64_t ms;
	atomic_bool stop;
};

static volatile sig_atomic_t interrupted;

static void interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

/* -- What there is to do ---------------------------------------------------- */

/* The first that the engine has. */
static const struct {
	const char *name;
	enum kvmshare_job_type type;
} types[] = {
	{ "hash", KVMSHARE_JOB_HASH },
	{ "copy", KVMSHARE_JOB_COPY },
	{ "sum", KVMSHARE_JOB_SUM },
	{ "fill", KVMSHARE_JOB_FILL },
	{ "spin", KVMSHARE_JOB_SPIN },
};

static struct kvmshare_job job_of(enum kvmshare_job_type type)
{
	switch (type) {
	case KVMSHARE_JOB_HASH:
		return kvmshare_job_hash(0, HALF, WORDS);
	case KVMSHARE_JOB_COPY:
		return kvmshare_job_copy(0, HALF, WORDS);
	case KVMSHARE_JOB_SUM:
		return kvmshare_job_sum(0, HALF, WORDS);
	case KVMSHARE_JOB_FILL:
		return kvmshare_job_fill(0, WORDS, 1);
	default:
		return kvmshare_job_spin(WORDS);
	}
}

static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = words; (at = strstr(at, word)); at += len)
		if ((at == words || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
	return false;
}

static const char *text_of(json_object *object, const char *key)
{
	json_object *value;

	return json_object_object_get_ex(object, key, &value) && value ?
		json_object_get_string(value) : "";
}

static int choose_job(struct bench *bench, json_object *engine)
{
	bool stops = strcmp(text_of(engine, "preemptible"), "0");

	snprintf(bench->engine, sizeof(bench->engine), "%s", text_of(engine, "name"));
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]) && !bench->type; i++) {
		if (!has_word(text_of(engine, "types"), types[i].name))
			continue;
		bench->type = types[i].name;
		bench->job = job_of(types[i].type);
		bench->job.repeat = stops ? REPEAT : 1;
	}
	if (bench->type)
		return EXIT_OK;
	return FAIL(EXIT_UNSUPPORTED, .object = fmt("engine %s", bench->engine),
		    .reason = "it has no jobs that this tool can give it",
		    .remedy = fmt("see: kvmshare engine show %s", bench->engine));
}

/* All clients are to be on one engine, so it is chosen here. */
static int choose_engine(struct bench *bench, const char *name)
{
	json_object *engines;
	int err, code = -1;

	engines = vgpu_objects(VGPU_ENGINES, &err);
	if (!engines)
		return vgpu_read_fail(err);
	for (size_t i = 0; i < json_object_array_length(engines) && code < 0; i++) {
		json_object *engine = json_object_array_get_idx(engines, i);

		if (!name || !strcmp(name, text_of(engine, "name")))
			code = choose_job(bench, engine);
	}
	json_object_put(engines);
	if (code >= 0)
		return code;
	return FAIL(EXIT_FAILED, .object = name ? fmt("engine %s", name) : "engines",
		    .reason = name ? "there is none of that name" : "there is none",
		    .remedy = name ? "see: kvmshare engine list" : "make one: kvmshare engine add");
}

/* -- Clients ---------------------------------------------------------------- */

static int fail_open(const struct bench *bench, int err)
{
	static const struct {
		int err;
		const char *reason;
		const char *remedy;
	} reasons[] = {
		{ EDQUOT, "so many clients are more than this user is allowed",
		  "let an administrator allow it: kvmshare vgpu allow" },
		{ ENODEV, "it has gone", "see: kvmshare engine list" },
		{ EACCES, "/dev/kvmshare-vgpu may not be opened by this user", "run it as root" },
		{ EMFILE, "this process may have no more descriptors", "raise ulimit -n, or ask for fewer clients" },
		{ ENOMEM, "there is no memory for so many clients", "ask for fewer: --clients" },
	};

	if (err == -ENOENT || err == -ENXIO)
		return vgpu_read_fail(-ENOENT);
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].err == -err)
			return FAIL(EXIT_FAILED, .object = fmt("engine %s", bench->engine),
				    .reason = reasons[i].reason, .kept = "nothing was measured",
				    .remedy = reasons[i].remedy);
	return FAIL(EXIT_FAILED, .object = fmt("engine %s", bench->engine),
		    .reason = strerror(-err), .kept = "nothing was measured");
}

/*
 * An engine of a device takes no job that is long: its bound is found by asking.
 * What was taken for that is waited for.
 */
static int fit_job(struct bench *bench)
{
	struct kvmshare_job *job = &bench->job;
	uint32_t *size = job->type == KVMSHARE_JOB_SPIN ? &job->value : &job->count;
	struct kvmshare_vgpu_done done;
	int rc;

	while ((rc = kvmshare_ctx_submit(bench->clients[0].ctx, job, 1, NULL)) == -EINVAL && *size > 1)
		*size /= 2;
	if (rc == 1)
		rc = kvmshare_ctx_wait(bench->clients[0].ctx, &done, 1, -1);
	bench->bytes = job->count * UINT64_C(4) * job->repeat;
	return rc < 0 ? rc : 0;
}

static int open_clients(struct bench *bench)
{
	const struct kvmshare_ctx_options options = {
		.engine = bench->engine,
		.memory = bench->job.count ? HALF * 2 : 0,
	};
	int err = 0;

	for (uint32_t i = 0; i < bench->nr && !err; i++)
		err = kvmshare_ctx_open(&bench->clients[i].ctx, &options);
	return err ? err : fit_job(bench);
}

static void close_clients(struct bench *bench)
{
	for (uint32_t i = 0; i < bench->nr; i++)
		kvmshare_ctx_close(bench->clients[i].ctx);
}

static void count(struct client *client, const struct kvmshare_vgpu_done *done, int nr)
{
	for (int i = 0; i < nr; i++) {
		client->run_ns += done[i].run_ns;
		if (done[i].status)
			client->failed++;
		else
			atomic_fetch_add_explicit(&client->done, 1, memory_order_relaxed);
	}
}

static void *work(void *arg)
{
	struct client *client = arg;
	struct kvmshare_vgpu_done done[DEPTH];
	struct kvmshare_job jobs[DEPTH];
	int queued = 0, rc = 0;

	for (int i = 0; i < DEPTH; i++)
		jobs[i] = client->job;
	while (!atomic_load_explicit(client->stop, memory_order_relaxed)) {
		if (queued < DEPTH) {
			rc = kvmshare_ctx_submit(client->ctx, jobs, (unsigned int)(DEPTH - queued), NULL);
			queued += rc > 0 ? rc : 0;
		}
		if (rc < 0 && rc != -EAGAIN)
			break;
		rc = kvmshare_ctx_wait(client->ctx, done, DEPTH, LOOK_MS);
		count(client, done, rc);
		queued -= rc > 0 ? rc : 0;
		if (rc < 0 && rc != -EINTR)
			break;
		rc = 0;
	}
	client->err = rc;
	return NULL;
}

/* -- Running ---------------------------------------------------------------- */

static uint64_t done_by_all(const struct bench *bench)
{
	uint64_t done = 0;

	for (uint32_t i = 0; i < bench->nr; i++)
		done += atomic_load_explicit(&bench->clients[i].done, memory_order_relaxed);
	return done;
}

static uint64_t wait_for_end(const struct bench *bench)
{
	bool shown = isatty(STDERR_FILENO) && !out_is_json();
	uint64_t begin = now_ms(), now = begin;

	for (; now - begin < bench->ms && !interrupted; now = now_ms()) {
		uint64_t left = bench->ms - (now - begin);

		if (shown)
			fprintf(stderr, "\r%s: %" PRIu64 " of %" PRIu64 " s, %" PRIu64 " jobs",
				bench->engine, (now - begin) / 1000, bench->ms / 1000,
				done_by_all(bench));
		poll(NULL, 0, (int)(left < LOOK_MS ? left : LOOK_MS));
	}
	if (shown)
		fprintf(stderr, "\r\33[K");
	return now - begin;
}

/* How many milliseconds it took; @err is why it could not begin. */
static uint64_t run_clients(struct bench *bench, int *err)
{
	struct sigaction action = { .sa_handler = interrupt }, before;
	uint64_t ms = 0;

	*err = 0;
	sigaction(SIGINT, &action, &before);
	for (uint32_t i = 0; i < bench->nr && !*err; i++) {
		struct client *client = &bench->clients[i];

		client->job = bench->job;
		client->stop = &bench->stop;
		*err = -pthread_create(&client->thread, NULL, work, client);
		client->started = !*err;
	}
	if (!*err)
		ms = wait_for_end(bench);
	atomic_store(&bench->stop, true);
	for (uint32_t i = 0; i < bench->nr; i++)
		if (bench->clients[i].started)
			pthread_join(bench->clients[i].thread, NULL);
	sigaction(SIGINT, &before, NULL);
	return ms;
}

/* -- What came of it -------------------------------------------------------- */

static const struct out_column client_columns[] = {
	{ "id", "ID", OUT_RIGHT },
	{ "jobs", "JOBS", OUT_RIGHT },
	{ "failed", "FAILED", OUT_RIGHT },
	{ "bytes", "BYTES", OUT_RIGHT },
	{ "run_ns", "RUN", OUT_NS },
	{ NULL, NULL, OUT_TEXT }
};

static const struct out_column sum_columns[] = {
	{ "engine", "engine", OUT_TEXT },
	{ "type", "jobs of type", OUT_TEXT },
	{ "elapsed_ms", "time", OUT_MS },
	{ "jobs", "jobs", OUT_TEXT },
	{ "jobs_per_s", "jobs a second", OUT_TEXT },
	{ "minmax_ppm", "min/max, ppm", OUT_TEXT },
	{ "jain_ppm", "Jain, ppm", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

static json_object *client_json(const struct bench *bench, struct client *client)
{
	json_object *row = json_object_new_object();
	uint64_t done = atomic_load(&client->done);

	out_uint(row, "id", kvmshare_ctx_id(client->ctx));
	out_uint(row, "jobs", done);
	out_uint(row, "failed", client->failed);
	if (bench->bytes)
		out_uint(row, "bytes", done * bench->bytes);
	else
		out_str(row, "bytes", NULL);
	out_uint(row, "run_ns", client->run_ns);
	return row;
}

static void print(struct bench *bench, uint64_t ms)
{
	json_object *rows = json_object_new_array(), *sum = json_object_new_object();
	uint64_t shares[MAX_CLIENTS], jobs = done_by_all(bench);

	for (uint32_t i = 0; i < bench->nr; i++) {
		shares[i] = atomic_load(&bench->clients[i].done);
		json_object_array_add(rows, client_json(bench, &bench->clients[i]));
	}
	out_str(sum, "engine", bench->engine);
	out_str(sum, "type", bench->type);
	out_uint(sum, "elapsed_ms", ms);
	out_uint(sum, "jobs", jobs);
	out_uint(sum, "jobs_per_s", ms ? jobs * 1000 / ms : 0);
	out_uint(sum, "minmax_ppm", vgpu_minmax_ppm(shares, bench->nr));
	out_uint(sum, "jain_ppm", vgpu_jain_ppm(shares, bench->nr));
	if (out_is_json()) {
		json_object_object_add(sum, "clients", rows);
	} else {
		out_table(client_columns, rows, "");
		putchar('\n');
	}
	out_record(sum_columns, sum);
}

/* A client that had to end early makes the figures worthless. */
static int check_clients(const struct bench *bench)
{
	for (uint32_t i = 0; i < bench->nr; i++) {
		const struct client *client = &bench->clients[i];
		uint64_t id = kvmshare_ctx_id(client->ctx);

		if (client->err)
			return FAIL(EXIT_FAILED, .object = fmt("vGPU %" PRIu64, id),
				    .reason = client->err == -EACCES ? "it was quarantined" :
					      client->err == -ENODEV ? "its engine has gone" :
					      strerror(-client->err),
				    .remedy = fmt("see: kvmshare engine show %s", bench->engine));
		if (client->failed)
			return FAIL(EXIT_FAILED, .object = fmt("vGPU %" PRIu64, id),
				    .reason = fmt("%" PRIu64 " of its jobs failed", client->failed),
				    .remedy = fmt("see the limit of jobs: kvmshare engine show %s",
						  bench->engine));
	}
	return EXIT_OK;
}

static int measure(struct bench *bench)
{
	uint64_t ms;
	int err = open_clients(bench), code;

	if (err) {
		code = fail_open(bench, err);
	} else {
		ms = run_clients(bench, &err);
		if (!err)
			print(bench, ms);
		code = err ? fail_open(bench, err) : check_clients(bench);
	}
	close_clients(bench);
	return code;
}

int cmd_engine_bench(const struct cmd_line *line)
{
	uint64_t seconds = 5, clients = 4;
	struct bench *bench;
	uint32_t given = 0;
	int code;

	if (vgpu_take(line, "seconds", 1, 3600, &seconds, &given, 1) ||
	    vgpu_take(line, "clients", 1, MAX_CLIENTS, &clients, &given, 1))
		return EXIT_USAGE;
	bench = calloc(1, sizeof(*bench));
	if (!bench)
		return FAIL(EXIT_FAILED, .object = "engine bench", .reason = "no memory");
	bench->nr = (uint32_t)clients;
	bench->ms = seconds * 1000;
	code = choose_engine(bench, cmd_value(line, "engine"));
	if (!code)
		code = measure(bench);
	free(bench);
	return code;
}
