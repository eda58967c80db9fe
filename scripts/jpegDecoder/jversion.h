#define JVERSION  "6b  27-Mar-1998"
#define JCOPYRIGHT  "Copyright (C) 1991-2026 The libjpeg-turbo Project and many others"
