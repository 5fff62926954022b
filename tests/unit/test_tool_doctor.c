// SPDX-License-Identifier: GPL-2.0
/* kvmshare doctor on hosts made of files: a good one, and one lack at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../../userspace/doctor/check.c"
#include "../../userspace/doctor/cpu.c"
#include "../../userspace/doctor/guests.c"
#define count_one iommu_count_one
#include "../../userspace/doctor/iommu.c"
#undef count_one
#include "../../userspace/doctor/memory.c"
#include "../../userspace/doctor/security.c"
#include "../../userspace/doctor/sriov.c"
#include "../../userspace/doctor/suite.c"
#include "../../userspace/lib/bdf.c"
#include "../../userspace/lib/classes.c"
#include "../../userspace/lib/fs.c"
#include "../../userspace/lib/msg.c"
#include "../../userspace/lib/out.c"
#include "../../userspace/lib/parse.c"
#include "../../userspace/lib/pci.c"

static char root[64];

static void make_parents(char *path)
{
	for (char *slash = strchr(path + strlen(root) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
}

static void put(const char *name, const char *text)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s%s", root, name);
	make_parents(path);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void put_bytes(const char *name, const void *data, size_t len)
{
	char path[512];
	FILE *file;

	put(name, "");
	snprintf(path, sizeof(path), "%s%s", root, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	fclose(file);
}

static void put_link(const char *name, const char *to)
{
	char path[512];

	snprintf(path, sizeof(path), "%s%s", root, name);
	make_parents(path);
	unlink(path);
	assert_int_equal(symlink(to, path), 0);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static void take(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s%s", root, name);
	assert_int_equal(nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static int good_host(void **state)
{
	(void)state;
	strcpy(root, "/tmp/kvmshare-doctor-XXXXXX");
	assert_non_null(mkdtemp(root));
	put("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu svm npt\n\nprocessor\t: 1\n");
	put("/proc/sys/kernel/osrelease", "6.12.0\n");
	put("/dev/kvm", "");
	put("/sys/module/kvm_amd/parameters/npt", "Y\n");
	put("/sys/devices/system/cpu/vulnerabilities/l1tf", "Not affected\n");
	put("/sys/devices/system/cpu/vulnerabilities/mds", "Mitigation: Clear CPU buffers\n");
	put("/sys/kernel/irq/0/chip_name", "IO-APIC\n");
	put("/sys/kernel/irq/24/chip_name", "IR-PCI-MSI-0000:00:02.0\n");
	put("/sys/bus/pci/drivers/vfio-pci/new_id", "");
	put("/sys/bus/pci/drivers/nvme/new_id", "");
	put("/sys/bus/pci/devices/0000:01:00.0/sriov_totalvfs", "4\n");
	put("/sys/bus/pci/devices/0000:01:00.0/sriov_numvfs", "1\n");
	put("/sys/bus/pci/devices/0000:01:00.0/class", "0x010802\n");
	put_link("/sys/bus/pci/devices/0000:01:00.0/driver", "../../drivers/nvme");
	put_link("/sys/bus/pci/devices/0000:01:00.0/iommu_group", "../../../kernel/iommu_groups/7");
	put_link("/sys/bus/pci/devices/0000:01:00.0/virtfn0", "../0000:01:00.1");
	put_link("/sys/bus/pci/devices/0000:01:00.1/iommu_group", "../../../kernel/iommu_groups/8");
	put("/sys/kernel/iommu_groups/7/devices/0000:01:00.0", "");
	put("/sys/kernel/iommu_groups/8/devices/0000:01:00.1", "");
	put("/sys/module/kvmshare/version", "0.1.0\n");
	put("/sys/module/kvmshare_vf/version", "0.1.0\n");
	put("/run/kvmshare-host/ready", "");
	put("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "16\n");
	put("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "9\n");
	put("/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
	put("/sys/kernel/mm/ksm/run", "1\n");
	put("/sys/kernel/btf/vmlinux", "");
	put("/sys/kernel/security/lsm", "lockdown,capability,bpf\n");
	put("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	put("/sys/module/module/parameters/sig_enforce", "N\n");
	put("/proc/12/comm", "qemu-system-x86\n");
	put_bytes("/proc/12/cmdline", "qemu\0-device\0virtio-blk-pci,drive=d\0", 36);
	return 0;
}

static int no_host(void **state)
{
	(void)state;
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static const char *field(json_object *row, const char *key)
{
	json_object *value;

	json_object_object_get_ex(row, key, &value);
	return value ? json_object_get_string(value) : "";
}

/* What a check said first with that status, or NULL. */
static const char *said(json_object *rows, const char *check, const char *status)
{
	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		json_object *row = json_object_array_get_idx(rows, i);

		if (!strcmp(field(row, "check"), check) && !strcmp(field(row, "status"), status))
			return field(row, "found");
	}
	return NULL;
}

static void assert_said(const char *check, const char *status, const char *part, bool fit)
{
	json_object *rows = json_object_new_array();
	bool good = check_all(root, rows);
	const char *found = said(rows, check, status);

	if (!found || !strstr(found, part))
		fail_msg("%s: no '%s' with '%s': %s", check, status, part,
			 json_object_to_json_string(rows));
	assert_int_equal(good, fit);
	json_object_put(rows);
}

static void test_a_good_host_is_fit(void **state)
{
	json_object *rows = json_object_new_array();

	(void)state;
	assert_true(check_all(root, rows));
	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		json_object *row = json_object_array_get_idx(rows, i);

		if (strcmp(field(row, "status"), "ok"))
			fail_msg("%s: %s: %s", field(row, "check"), field(row, "status"),
				 field(row, "found"));
	}
	json_object_put(rows);
}

static void test_every_lack_has_a_remedy(void **state)
{
	json_object *rows = json_object_new_array();

	(void)state;
	no_host(state);
	mkdir(root, 0755);
	put("/proc/sys/kernel/osrelease", "6.12.0\n");
	assert_false(check_all(root, rows));
	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		json_object *row = json_object_array_get_idx(rows, i);

		if (!strcmp(field(row, "status"), "missing") && !*field(row, "remedy"))
			fail_msg("%s: no remedy", field(row, "check"));
	}
	json_object_put(rows);
}

static void test_kvm(void **state)
{
	(void)state;
	take("/dev/kvm");
	assert_said("KVM", "missing", "the CPU can", false);
	put("/proc/cpuinfo", "flags\t\t: fpu\n");
	assert_said("KVM", "missing", "does not offer", false);
	put("/dev/kvm", "");
	put("/sys/module/kvm_amd/parameters/npt", "N\n");
	assert_said("nested paging", "warn", "off", true);
}

static void test_iommu(void **state)
{
	(void)state;
	take("/sys/kernel/iommu_groups");
	assert_said("IOMMU", "missing", "offers none", false);
	put("/sys/firmware/acpi/tables/DMAR", "");
	assert_said("IOMMU", "missing", "does not use it", false);
}

static void test_interrupt_remapping(void **state)
{
	(void)state;
	take("/sys/kernel/irq/24");
	assert_said("interrupt remapping", "missing", "VFIO refuses", false);
	put("/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts", "Y\n");
	assert_said("interrupt remapping", "warn", "forge", true);
}

static void test_vfio(void **state)
{
	(void)state;
	take("/sys/bus/pci/drivers/vfio-pci");
	assert_said("VFIO", "missing", "6.12.0", false);
	put("/lib/modules/6.12.0/kernel/drivers/vfio/pci/vfio-pci.ko.xz", "");
	assert_said("VFIO", "warn", "not loaded", true);
}

static void test_sriov(void **state)
{
	(void)state;
	assert_said("SR-IOV", "ok", "PF 0000:01:00.0 (nvme, nvme): 4 VFs possible, 1 there", true);
	put("/sys/kernel/iommu_groups/8/devices/0000:00:1c.0", "");
	assert_said("SR-IOV", "warn", "1 of 1 VFs share", true);
	take("/sys/bus/pci/devices/0000:01:00.0/driver");
	assert_said("SR-IOV", "warn", "no driver", true);
	take("/sys/bus/pci/devices/0000:01:00.0");
	assert_said("SR-IOV", "missing", "nothing to lease", false);
}

static void test_modules(void **state)
{
	(void)state;
	take("/sys/module/kvmshare_vf");
	assert_said("kvmshare modules", "missing", "kvmshare_vf is not built", false);
	put("/lib/modules/6.12.0/updates/dkms/kvmshare_vf.ko.xz", "");
	assert_said("kvmshare modules", "missing", "not loaded", false);
	take("/run/kvmshare-host/ready");
	assert_said("kvmshare service", "warn", "does not run", false);
}

static void test_memory(void **state)
{
	(void)state;
	put("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "0\n");
	assert_said("huge pages", "warn", "none", true);
	put("/sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n");
	assert_said("transparent huge pages", "warn", "off", true);
	put("/sys/kernel/mm/ksm/run", "0\n");
	assert_said("KSM", "warn", "does not run", true);
}

static void test_security(void **state)
{
	static const unsigned char on[5] = { 6, 0, 0, 0, 1 };

	(void)state;
	put("/sys/kernel/security/lsm", "lockdown,capability\n");
	assert_said("eBPF", "warn", "BPF LSM is off", true);
	put_bytes("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", on, 5);
	put("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	assert_said("module signatures", "ok", "is known", true);
	take("/sys/module/kvmshare");
	assert_said("module signatures", "warn", "signature", false);
}

static void test_cpu_faults(void **state)
{
	(void)state;
	put("/sys/devices/system/cpu/vulnerabilities/mds", "Vulnerable; SMT vulnerable\n");
	put("/sys/devices/system/cpu/vulnerabilities/itlb_multihit", "KVM: Vulnerable\n");
	assert_said("CPU faults", "warn", "itlb_multihit", true);
	put("/sys/module/kvm_intel/parameters/vmentry_l1d_flush", "never\n");
	assert_said("KVM mitigations", "warn", "never", true);
}

static void test_slow_disks(void **state)
{
	(void)state;
	put_bytes("/proc/12/cmdline", "qemu\0-device\0ide-hd,drive=d\0", 29);
	assert_said("guests' disks", "warn", "ide-hd", true);
	put_bytes("/proc/12/cmdline", "qemu\0-hda\0disk\0", 15);
	assert_said("guests' disks", "warn", "-hda", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_good_host_is_fit, good_host, no_host),
		cmocka_unit_test_setup_teardown(test_every_lack_has_a_remedy, good_host, no_host),
		cmocka_unit_test_setup_teardown(test_kvm, good_host, no_host),
		cmocka_unit_test_setup_teardown(test_iommu, good_host, no_host),
		cmocka_unit_test_setup_teardown(test_interrupt_remapping, good_host, no_host),
		cmocka_unit_test_setup_teardown(test_vfio, good_host, no_host),
		cmocka_unit_test_setup_teardown(test_sriov, good_host, no_host),
		cmocka_unit_test_setup_teardown(test_modules, good_host, no_host),
		cmocka_unit_test_setup_teardown(test_memory, good_host, no_host),
		cmocka_unit_test_setup_teardown(test_security, good_host, no_host),
		cmocka_unit_test_setup_teardown(test_cpu_faults, good_host, no_host),
		cmocka_unit_test_setup_teardown(test_slow_disks, good_host, no_host),
	};

	return cmocka_run_group_tests_name("tool_doctor", tests, NULL, NULL);
}
