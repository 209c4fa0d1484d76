/* SPDX-License-Identifier: MIT
 *
 * Packages whose name in pip differs from that in an import statement, as far
 * as they use NumPy's C interface.  What is installed is not looked at: the text
 * may come from another machine.  Called by what makes explanations.
 */
#include <string.h>

#include "base/textbuf.h"
#include "scan/explain_package.h"

static const struct {
	char imported[16], package[24];
} names[] = {
	{"Bio", "biopython"},
	{"PIL", "Pillow"},
	{"bottleneck", "Bottleneck"},
	{"cartopy", "Cartopy"},
	{"cv2", "opencv-python"},
	{"faiss", "faiss-cpu"},
	{"gdal", "GDAL"},
	{"igraph", "python-igraph"},
	{"mpl_toolkits", "matplotlib"},
	{"osgeo", "GDAL"},
	{"pywt", "PyWavelets"},
	{"quaternion", "numpy-quaternion"},
	{"skimage", "scikit-image"},
	{"sklearn", "scikit-learn"},
	{"sksurv", "scikit-survival"},
	{"surprise", "scikit-surprise"},
	{"talib", "TA-Lib"},
	{"tree", "dm-tree"},
	{"umap", "umap-learn"},
};

void explain_package(const char *name, char *package, size_t size)
{
	size_t length = strcspn(name, ".");
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, package, size);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strlen(names[i].imported) == length &&
		    strncmp(names[i].imported, name, length) == 0) {
			npabi_textbuf_string(&buf, names[i].package);
			return;
		}
	}
	npabi_textbuf_bytes(&buf, name, length);
}

bool explain_package_has_source(const char *package)
{
	static const char wheels_only[][16] = {"jaxlib", "tensorflow", "torch",
					       "torchaudio", "torchvision"};

	for (size_t i = 0; i < sizeof(wheels_only) / sizeof(wheels_only[0]); i++)
		if (strcmp(wheels_only[i], package) == 0)
			return false;
	return true;
}
