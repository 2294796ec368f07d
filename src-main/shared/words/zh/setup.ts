/** What the set-up of the engine says: its steps, why it failed, and why a card is not used. */
export const setup = {
  'Downloading {label}': '正在下载 {label}',
  'Unpacking the engine': '正在解压引擎',
  'Waiting for another installation (process {pid})': '正在等待另一个安装（进程 {pid}）',
  'Run `npm ci`, then start again.': '请运行 `npm ci`，然后重新开始。',
  'The npm package {name} is missing.': '缺少 npm 包 {name}。',
  'g++ is missing, which compiles the link between Node and TensorFlow.':
    '缺少 g++，它用于编译 Node 与 TensorFlow 的接口。',
  'Install it: sudo apt-get install -y g++': '请安装：sudo apt-get install -y g++',
  "g++ could not compile the engine's addon: {reason}.": 'g++ 无法编译引擎的插件：{reason}。',
  'It needs g++ 9 or newer and the C++ library headers: sudo apt-get install -y g++':
    '需要 g++ 9 或更新版本和 C++ 库的头文件：sudo apt-get install -y g++',
  'Python 3 has no pip, which downloads the training engine.': 'Python 3 没有 pip，下载训练引擎需要它。',
  'Install the package python3-pip: sudo apt-get install -y python3-pip':
    '请安装软件包 python3-pip：sudo apt-get install -y python3-pip',
  'python3 is missing, which downloads the training engine.': '缺少 python3，下载训练引擎需要它。',
  'Install it with pip: sudo apt-get install -y python3 python3-pip':
    '请连同 pip 一起安装：sudo apt-get install -y python3 python3-pip',
  'The training engine is made for Linux x64, not for {platform} {arch}.':
    '训练引擎适用于 Linux x64，不适用于 {platform} {arch}。',
  'On Windows use WSL2; elsewhere use a Linux machine and open the served page.':
    '在 Windows 上请使用 WSL2；其他系统请使用 Linux 机器并打开其提供的网页。',
  'pip could not download {project}: {output}.': 'pip 无法下载 {project}：{output}。',
  'Try `python3 -m pip download {project}=={version}` to see all it says.':
    '可运行 `python3 -m pip download {project}=={version}` 查看全部输出。',
  '{project} {version} could not be downloaded: the package registry cannot be reached or does not have it.':
    '无法下载 {project} {version}：软件包索引无法访问或没有该版本。',
  'Check the network or the proxy and index settings of pip, then start again.':
    '请检查网络，或 pip 的代理和索引设置，然后重新开始。',
  'pip did not leave {file} in {folder}.': 'pip 没有在 {folder} 中留下 {file}。',
  'Update pip (python3 -m pip install --upgrade pip), then start again.':
    '请更新 pip (python3 -m pip install --upgrade pip)，然后重新开始。',
  '{file} was downloaded with a content that differs from the pinned SHA-256.':
    '下载的 {file} 内容与固定的 SHA-256 不符。',
  'Nothing was installed. Try another network or package mirror, then start again.':
    '没有安装任何内容。请换一个网络或软件包镜像，然后重新开始。',
  '{wheel} could not be unpacked: {reason}.': '无法解压 {wheel}：{reason}。',
  'Delete the file and start again.': '请删除该文件，然后重新开始。',
  'The disk that holds {path} is full.': '{path} 所在的磁盘已满。',
  'The disk that holds {path} is full: {needed} are needed and {free} are free.':
    '{path} 所在的磁盘已满：需要 {needed}，剩余 {free}。',
  'Free some space, or name another folder with RESIDUA_CACHE.': '请腾出空间，或用 RESIDUA_CACHE 指定其他文件夹。',
  'There is a file where {path} should be a folder.': '{path} 应为文件夹，却是一个文件。',
  'Move it away, or name another folder with RESIDUA_CACHE.': '请移走它，或用 RESIDUA_CACHE 指定其他文件夹。',
  'Change its permissions, or name another folder with RESIDUA_CACHE.':
    '请更改其权限，或用 RESIDUA_CACHE 指定其他文件夹。',
  'The engine was installed but cannot be loaded: {error}.': '引擎已安装，但无法加载：{error}。',
  'It needs Linux x64 with glibc 2.27 or newer, and a processor with AVX. `npm start -- doctor` says more.':
    '需要 Linux x64、glibc 2.27 或更新版本，以及支持 AVX 的处理器。详见 `npm start -- doctor`。',
  '{file} is missing or has another size': '{file} 缺失或大小不符',
  'files are missing': '缺少文件',
  'it does not load': '它无法加载',
  '{folder} is not there': '{folder} 不存在',
  '{addon} is not there': '{addon} 不存在',

  'TensorFlow lists no GPU': 'TensorFlow 没有列出 GPU',
  'TensorFlow found no device': 'TensorFlow 没有找到设备',
  'Run `npm start -- doctor`.': '请运行 `npm start -- doctor`。',
  'Run the command `doctor`; it names what is missing.': '请运行命令 `doctor`，它会指出缺少什么。',
  'Install the NVIDIA driver, or train with --device cpu.': '请安装 NVIDIA 驱动程序，或用 --device cpu 训练。',
  'Install the engine anew: npm start -- doctor --repair': '请重新安装引擎：npm start -- doctor --repair',
  'Install NVIDIA driver 525 or newer and start again (in WSL2 it comes with Windows; in a container pass the card through with --gpus all)':
    '请安装 NVIDIA 驱动程序 525 或更新版本后重新启动（WSL2 中随 Windows 提供；容器中请用 --gpus all 传入显卡）',
  'CUDA_VISIBLE_DEVICES={hidden} hides the card': 'CUDA_VISIBLE_DEVICES={hidden} 隐藏了显卡',
  'Unset it: unset CUDA_VISIBLE_DEVICES': '请取消该设置：unset CUDA_VISIBLE_DEVICES',
  'the NVIDIA driver refused to start: {answer}': 'NVIDIA 驱动程序拒绝启动：{answer}',
  'only a stub of the driver is installed': '只安装了驱动程序的存根',
  'the driver is older than CUDA 12 needs': '驱动程序太旧，不满足 CUDA 12 的要求',
  'it finds no card': '没有找到显卡',
  'it does not know the card': '不认识该显卡',
  'a part of it cannot be loaded': '其中一部分无法加载',
  'the card is not ready yet': '显卡尚未就绪',
  'its parts have different versions; restart the machine': '各部分版本不一致；请重启机器',
  'its parts do not fit the card': '各部分与显卡不匹配',
  'unknown error; restart the machine': '未知错误；请重启机器',
  'error {code}': '错误 {code}',
  '{name} cannot be loaded ({reason})': '{name} 无法加载 ({reason})',
  '{name} is missing from the engine': '引擎缺少 {name}',
  '{name}, a part of the NVIDIA driver, cannot be loaded ({reason})': 'NVIDIA 驱动程序的 {name} 无法加载 ({reason})',
  '{name}, a part of the NVIDIA driver, is missing': '缺少 NVIDIA 驱动程序的 {name}',
};
