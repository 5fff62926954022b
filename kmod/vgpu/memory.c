// SPDX-License-Identifier: GPL-2.0
/*
 * A client's memory: pages of the module, charged to who makes it, that its
 * engine reads and writes and its process maps.  Nobody can take them away
 * while a job runs.  A mapping is a reference to the descriptor: the client is
 * there until it is unmapped, too, or its own process has ended.  After that a
 * process that still maps it keeps the pages, and nothing else.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "../compat/vma.h"
#include "vgpu.h"

static void free_pages_of(struct vgpu_memory *memory)
{
	unsigned long i;

	for (i = 0; i < memory->nr; i++) {
		__free_page(memory->pages[i]);
		cond_resched();
	}
	vgpu_count(VGPU_COUNT_PAGE, -(long)memory->nr);
	memory->nr = 0;
}

static int alloc_pages_of(struct vgpu_memory *memory, unsigned long nr, int numa_node)
{
	while (memory->nr < nr) {
		struct page *page = alloc_pages_node(numa_node, GFP_KERNEL_ACCOUNT | __GFP_ZERO, 0);

		if (!page)
			break;
		memory->pages[memory->nr++] = page;
		vgpu_count(VGPU_COUNT_PAGE, 1);
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return memory->nr == nr ? 0 : -ENOMEM;
}

/**
 * vgpu_memory_alloc() - make a client's memory, all zeroes
 * @memory: what it comes to; empty where this fails
 * @bytes: a multiple of the page size; may be 0
 * @numa_node: near which node, or NUMA_NO_NODE
 */
int vgpu_memory_alloc(struct vgpu_memory *memory, u64 bytes, int numa_node)
{
	unsigned long nr = bytes >> PAGE_SHIFT;
	int rc;

	*memory = (struct vgpu_memory) { 0 };
	if (!nr)
		return 0;
	memory->pages = kvcalloc(nr, sizeof(*memory->pages), GFP_KERNEL_ACCOUNT);
	if (!memory->pages)
		return -ENOMEM;
	rc = alloc_pages_of(memory, nr, numa_node);
	if (rc)
		goto err_pages;
	memory->at = vmap(memory->pages, nr, VM_MAP, PAGE_KERNEL);
	if (memory->at)
		return 0;
	rc = -ENOMEM;
err_pages:
	free_pages_of(memory);
	kvfree(memory->pages);
	*memory = (struct vgpu_memory) { 0 };
	return rc;
}

/* May sleep; no job of it runs. */
void vgpu_memory_free(struct vgpu_memory *memory)
{
	vunmap(memory->at);
	free_pages_of(memory);
	kvfree(memory->pages);
}

/**
 * vgpu_memory_map() - into a process
 * @memory: a client's
 * @vma: where, shared; it does not grow, and children do not inherit it by themselves
 */
int vgpu_memory_map(const struct vgpu_memory *memory, struct vm_area_struct *vma)
{
	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	if (!memory->nr)
		return -ENXIO;
	kvmshare_vma_set(vma, VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP);
	return vm_map_pages(vma, memory->pages, memory->nr);
}
