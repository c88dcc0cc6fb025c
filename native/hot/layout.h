#ifndef DROPCAP_NATIVE_HOT_LAYOUT_H_
#define DROPCAP_NATIVE_HOT_LAYOUT_H_

#include <string>

namespace dropcap {

// Describes the memory that is shared with TypeScript. The text must equal LAYOUT of src/drop/layout.ts:
// loading the addon compares both and fails when they differ.
std::string DescribeLayout();

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_LAYOUT_H_
