// SPDX-License-Identifier: GPL-2.0
/*
 * A device's files, /sys/bus/mdev/devices/<uuid>/: how it shares its engine, which
 * mdevctl stores and sets again, and what became of that.  See
 * docs/ABI/sysfs-bus-mdev-kvmshare.
 */
#include <linux/capability.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../device/edid.h"
#include "mdev.h"

/* The file's mode is not enough: root of a container may write it. */
static bool may_set(void)
{
	return capable(CAP_SYS_ADMIN);
}

/* -- How it shares its engine ----------------------------------------------- */

static struct sched_params wanted_of(struct device *dev)
{
	struct vgpu_device *device = dev_get_drvdata(dev);
	struct sched_params wanted;

	mutex_lock(&device->lock);
	wanted = device->wanted;
	mutex_unlock(&device->lock);
	return wanted;
}

/* Its client, while it has one, is the judge: all minimums must fit its engine. */
static int change(struct vgpu_device *device, const struct kvmshare_vgpu_set *arg)
{
	struct sched_params wanted = device->wanted;
	int rc = vgpu_params_change(&wanted, arg);

	lockdep_assert_held(&device->lock);
	if (!rc && device->client)
		rc = vgpu_client_set(device->client, arg);
	if (!rc)
		device->wanted = wanted;
	return rc;
}

static ssize_t set(struct device *dev, const struct kvmshare_vgpu_set *arg, size_t len)
{
	struct vgpu_device *device = dev_get_drvdata(dev);
	int rc;

	mutex_lock(&device->lock);
	rc = change(device, arg);
	mutex_unlock(&device->lock);
	return rc ?: len;
}

/* A file that a field of struct kvmshare_vgpu_set is set by; @_value: of wanted */
#define KNOB(_name, _flag, _value) \
static ssize_t _name##_show(struct device *dev, struct device_attribute *attr, char *buf) \
{ \
	struct sched_params wanted = wanted_of(dev); \
\
	return sysfs_emit(buf, "%llu\n", (u64)(_value)); \
} \
\
static ssize_t _name##_store(struct device *dev, struct device_attribute *attr, \
			     const char *buf, size_t len) \
{ \
	struct kvmshare_vgpu_set arg = { .flags = _flag }; \
	int rc = kstrtou32(buf, 10, &arg._name); \
\
	if (!may_set()) \
		return -EPERM; \
	return rc ?: set(dev, &arg, len); \
} \
static DEVICE_ATTR_RW(_name)

KNOB(weight, KVMSHARE_VGPU_SET_WEIGHT, wanted.weight);
KNOB(minimum_percent, KVMSHARE_VGPU_SET_MINIMUM, wanted.minimum / VGPU_PERCENT);
KNOB(cap_percent, KVMSHARE_VGPU_SET_CAP, wanted.cap / VGPU_PERCENT);
KNOB(slice_us, KVMSHARE_VGPU_SET_SLICE, wanted.slice / SCHED_US);
KNOB(averaging, KVMSHARE_VGPU_SET_AVERAGING, wanted.averaging);

static ssize_t engine_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vgpu_device *device = dev_get_drvdata(dev);
	ssize_t len;

	mutex_lock(&device->lock);
	len = sysfs_emit(buf, "%s\n", device->client ? device->client->engine->name :
						       device->engine);
	mutex_unlock(&device->lock);
	return len;
}

/* Empty: the one with the fewest clients. */
static ssize_t engine_store(struct device *dev, struct device_attribute *attr, const char *buf,
			    size_t len)
{
	struct vgpu_device *device = dev_get_drvdata(dev);
	char text[KVMSHARE_ENGINE_NAME_LEN + 1], *name;
	int rc = 0;

	if (!may_set())
		return -EPERM;
	if (strscpy(text, buf, sizeof(text)) < 0)
		return -EINVAL;
	name = strim(text);
	if (strlen(name) >= sizeof(device->engine))
		return -EINVAL;
	mutex_lock(&device->lock);
	if (device->client)
		rc = -EBUSY;
	else
		strscpy(device->engine, name, sizeof(device->engine));
	mutex_unlock(&device->lock);
	return rc ?: len;
}
static DEVICE_ATTR_RW(engine);

/* -- Its screen ------------------------------------------------------------- */

static ssize_t resolution_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vgpu_device *device = dev_get_drvdata(dev);
	ssize_t len;

	mutex_lock(&device->lock);
	len = sysfs_emit(buf, "%ux%u\n", device->width, device->height);
	mutex_unlock(&device->lock);
	return len;
}

static bool is_side(u32 side)
{
	return side >= EDID_SIDE_MIN && side <= EDID_SIDE_MAX;
}

static ssize_t resolution_store(struct device *dev, struct device_attribute *attr,
				const char *buf, size_t len)
{
	struct vgpu_device *device = dev_get_drvdata(dev);
	u32 width, height;
	char end = '\n';

	if (!may_set())
		return -EPERM;
	if (sscanf(buf, "%ux%u%c", &width, &height, &end) < 2 || end != '\n' ||
	    !is_side(width) || !is_side(height))
		return -EINVAL;
	mutex_lock(&device->lock);
	device->width = width;
	device->height = height;
	if (device->client)
		vgpu_worker_ask(device, VGPU_RESIZED);
	mutex_unlock(&device->lock);
	return len;
}
static DEVICE_ATTR_RW(resolution);

/* -- What became of it ------------------------------------------------------ */

static ssize_t memory_bytes_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vgpu_device *device = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%llu\n", device->size->bytes);
}
static DEVICE_ATTR_RO(memory_bytes);

static ssize_t memory_used_bytes_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vgpu_device *device = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%llu\n", READ_ONCE(device->used));
}
static DEVICE_ATTR_RO(memory_used_bytes);

static ssize_t pinned_bytes_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vgpu_device *device = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%llu\n", READ_ONCE(device->pinned));
}
static DEVICE_ATTR_RO(pinned_bytes);

/* A number of the client's, read under its engine's lock; 0 while it has none. */
#define STATISTIC(_name, _value) \
static ssize_t _name##_show(struct device *dev, struct device_attribute *attr, char *buf) \
{ \
	struct vgpu_device *device = dev_get_drvdata(dev); \
	struct vgpu_client *client; \
	u64 value = 0; \
\
	mutex_lock(&device->lock); \
	client = device->client; \
	if (client) { \
		spin_lock(&client->engine->lock); \
		value = _value; \
		spin_unlock(&client->engine->lock); \
	} \
	mutex_unlock(&device->lock); \
	return sysfs_emit(buf, "%llu\n", value); \
} \
static DEVICE_ATTR_RO(_name)

STATISTIC(client, client->id);
STATISTIC(run_ns, client->sched.stats.run);
STATISTIC(wait_ns, client->sched.stats.wait);
STATISTIC(throttled_ns, client->sched.stats.throttled);
STATISTIC(overshoot_ns, client->sched.stats.overshoot);
STATISTIC(slices, client->sched.stats.slices);
STATISTIC(jobs, client->queue.ended);
STATISTIC(strikes, client->strikes.total);
STATISTIC(quarantine, client->quarantined);

static struct attribute *device_attrs[] = {
	&dev_attr_engine.attr,
	&dev_attr_weight.attr,
	&dev_attr_minimum_percent.attr,
	&dev_attr_cap_percent.attr,
	&dev_attr_slice_us.attr,
	&dev_attr_averaging.attr,
	&dev_attr_resolution.attr,
	&dev_attr_memory_bytes.attr,
	&dev_attr_memory_used_bytes.attr,
	&dev_attr_pinned_bytes.attr,
	&dev_attr_client.attr,
	&dev_attr_run_ns.attr,
	&dev_attr_wait_ns.attr,
	&dev_attr_throttled_ns.attr,
	&dev_attr_overshoot_ns.attr,
	&dev_attr_slices.attr,
	&dev_attr_jobs.attr,
	&dev_attr_strikes.attr,
	&dev_attr_quarantine.attr,
	NULL
};

static const struct attribute_group device_group = { .attrs = device_attrs };

const struct attribute_group *vgpu_device_groups[] = { &device_group, NULL };
