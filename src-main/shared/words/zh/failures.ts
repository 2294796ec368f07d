/** The catalogue of failures: what happened, and what to do. */
export const failures = {
  'There is no network called "{name}".': '没有名为“{name}”的网络。',
  'Did you mean {near}? The command `presets` lists all.': '您是指 {near} 吗？命令 `presets` 会列出全部。',
  'The command `presets` lists all; a path to a JSON file works, too.':
    '命令 `presets` 会列出全部；也可以使用 JSON 文件的路径。',
  'There is no saved network {id}.': '没有保存过网络 {id}。',
  'It may have been removed for good; look through the library.': '它可能已被彻底删除；请在库中查找。',
  'This network cannot be built: {where}: {problem}.': '无法构建此网络：{where}：{problem}。',
  'There is no dataset called "{name}".': '没有名为“{name}”的数据集。',
  'Did you mean {near}? The command `data list` lists all.': '您是指 {near} 吗？命令 `data list` 会列出全部。',
  'The command `data list` lists all.': '命令 `data list` 会列出全部。',
  'The dataset "{name}" is damaged: {what}.': '数据集“{name}”已损坏：{what}。',
  'Remove it and add it again.': '请移除后重新添加。',
  'There is no run "{run}".': '没有运行“{run}”。',
  'The command `runs` lists all; the first letters of an id are enough.':
    '命令 `runs` 会列出全部；写出编号的前几个字母即可。',
  '"{run}" could be more than one run.': '“{run}”可能指多个运行。',
  'Name one of them by more letters of its id: {matches}.': '请多写几个编号字母以指明其中一个：{matches}。',
  'Run {run} has no checkpoint.': '运行 {run} 没有检查点。',
  'Checkpoints are written while a run trains and when it stops: resume it, or let it train to its end.':
    '检查点在训练期间和停止时写入：请继续此运行，或让它训练到结束。',
  'This probe has nothing to say of the network: {why}.': '此探测对该网络没有意义：{why}。',
  'Choose another probe.': '请选择其他探测。',
  'The probe of run {run} was stopped.': '运行 {run} 的探测已停止。',
  'Start it again when it suits you; it begins anew.': '可随时重新开始；探测会从头进行。',
  'Run {run} has no evaluation of the {split} split ({at}).': '运行 {run} 没有对 {split} 划分的评估 ({at})。',
  'A run is evaluated at the ends of its epochs, and its images are kept for the best and the last of them.':
    '运行在每轮结束时评估，只保留最佳和最后一次评估的图像。',
  'Runs {first} and {second} were not evaluated on the same images.':
    '运行 {first} 和 {second} 不是在相同的图像上评估的。',
  'Choose two runs of one dataset.': '请选择同一数据集的两个运行。',
  "The recipe's {field} is not possible: {problem}.": '训练方案的 {field} 无效：{problem}。',
  'Correct it and start again.': '请更正后重新开始。',
  'The {device} is in use: {holder}.': '{device} 正被占用：{holder}。',
  'Wait for it to end or stop it, then start again.': '请等待其结束或将其停止，然后重新开始。',
  'The training engine is not installed: {reason}.': '训练引擎尚未安装：{reason}。',
  'The training engine is not installed.': '训练引擎尚未安装。',
  'Run `npm start -- doctor --install`, or open Engine in the window.':
    '请运行 `npm start -- doctor --install`，或在窗口中打开引擎页。',
  'The engine does not reach a GPU: {reason}.': '引擎无法使用 GPU：{reason}。',
  'The training engine could not be loaded: {reason}.': '训练引擎无法加载：{reason}。',
  'Repair it with `npm start -- doctor --repair`, or open Engine in the window.':
    '请用 `npm start -- doctor --repair` 修复，或在窗口中打开引擎页。',
  'The device ran out of memory at {batch} images at a time.': '每次 {batch} 张图像时设备内存不足。',
  'Go on with {suggested} images at a time: the step stays the same, its gradients are added up.':
    '改为每次 {suggested} 张图像继续：步不变，梯度会累加。',
  'Try a smaller network.': '请尝试更小的网络。',
  'A step of {batch} images needs about {needed} and the device has {total}.':
    '{batch} 张图像的一步约需 {needed}，而设备只有 {total}。',
  'A batch of {suggested} fits.': '批大小 {suggested} 可以容纳。',
  'Not even one image fits: take a smaller network or images.': '连一张图像也放不下：请用更小的网络或图像。',
  '{field} cannot be varied like that: {problem}.': '{field} 不能这样变化：{problem}。',
  'Fields are named as in the recipe and the network, such as recipe.learningRate or network.widen.':
    '字段名与训练方案和网络中相同，例如 recipe.learningRate 或 network.widen。',
  'There is no sweep "{sweep}".': '没有扫描“{sweep}”。',
  'The command `sweep list` lists all.': '命令 `sweep list` 会列出全部。',
  'The disk is full: {path} has {free} left and {needed} are needed.': '磁盘已满：{path} 剩余 {free}，需要 {needed}。',
  'Free some space, or choose another folder with --home or RESIDUA_HOME.':
    '请腾出空间，或用 --home 或 RESIDUA_HOME 选择其他文件夹。',
  'Residua may not write to {path}.': 'Residua 没有写入 {path} 的权限。',
  'Choose another folder with --home or RESIDUA_HOME, or change its permissions.':
    '请用 --home 或 RESIDUA_HOME 选择其他文件夹，或更改其权限。',
  'The data folder was written by a newer Residua (layout {found}; this one knows {known}).':
    '数据文件夹由更新版本的 Residua 写入（格式 {found}；当前版本支持 {known}）。',
  'Update Residua, or choose another folder with --home or RESIDUA_HOME.':
    '请更新 Residua，或用 --home 或 RESIDUA_HOME 选择其他文件夹。',
  'Another program has kept the database {path} locked for more than 5 seconds.':
    '另一个程序锁定数据库 {path} 已超过 5 秒。',
  'Close the other Residua, then try again.': '请关闭另一个 Residua 后重试。',
  'The disk did not do as it was told for {path} ({problem}).': '磁盘读写 {path} 时出错 ({problem})。',
  'Check the disk, and whether a quota or a limit on the size of files holds; everything written before is kept.':
    '请检查磁盘，以及是否有配额或文件大小限制；此前写入的内容都已保留。',
  'The database {path} is damaged: {problem}.': '数据库 {path} 已损坏：{problem}。',
  'Move the file away and start again; Residua begins a new one.': '请移走该文件后重新启动；Residua 会新建一个。',
  'The training process ended unexpectedly ({how}).': '训练进程意外结束 ({how})。',
  'All points up to then are kept; Resume goes on from the last checkpoint.':
    '此前的数据点都已保留；可从最后一个检查点继续。',
  'The training process said nothing for {seconds} seconds and was ended.': '训练进程 {seconds} 秒没有响应，已被终止。',
  'The loss was no longer a number at step {step}.': '在第 {step} 步，损失不再是数值。',
  'Fork the run from a checkpoint with a smaller learning rate or a warm-up, or with whenDiverged set to skip or rollBack.':
    '请从检查点派生一个运行，使用更小的学习率或预热，或将 whenDiverged 设为 skip 或 rollBack。',
  'The call {call} was refused: {problem}.': '调用 {call} 被拒绝：{problem}。',
  'This is a fault of the caller.': '这是调用方的错误。',
  'The file would have {bytes}; at most {most} go at once.': '文件将有 {bytes}；一次最多 {most}。',
  'Choose fewer runs.': '请选择更少的运行。',
  'Choose another form: the archive is the smallest.': '请选择其他格式：归档文件最小。',
  'The connection to the core process was lost: {reason}.': '与核心进程的连接已断开：{reason}。',
  'Nothing that was shown is lost; it is started again by itself, or start Residua again.':
    '已显示的内容不会丢失；核心进程会自动重启，您也可以重新启动 Residua。',
  'Port {port} is taken or not allowed.': '端口 {port} 已被占用或不允许使用。',
  'Choose another one with --port, or leave it out for any free one.':
    '请用 --port 选择其他端口；不写则使用任意空闲端口。',
  'The run {run} belongs to another program that uses this data folder.':
    '运行 {run} 属于使用此数据文件夹的另一个程序。',
  'Stop it there.': '请在那里停止它。',
  'The run {run} has not ended yet.': '运行 {run} 尚未结束。',
  'Stop it first.': '请先停止它。',
  'The run {run} has finished.': '运行 {run} 已完成。',
  'Fork it with a longer duration to go on with it.': '如需继续，请用更长的时长派生一个运行。',
  'The run {run} has no checkpoint of step {step}.': '运行 {run} 没有第 {step} 步的检查点。',
  'It has those of step {known}.': '现有检查点的步数：{known}。',
  'It has none yet.': '目前还没有检查点。',
  '{file} cannot be read: {reason}.': '无法读取 {file}：{reason}。',
  'Check that it exists and may be read.': '请确认它存在且可读。',
  '{name} is no dataset that Residua can read: {found}.': '{name} 不是 Residua 能读取的数据集：{found}。',
  'It reads CIFAR-10 and CIFAR-100, IDX (MNIST), folders with a folder of images for each class, NPZ, CSV, Parquet and SVHN, also as zip, tar or tar.gz.':
    '可读取 CIFAR-10 和 CIFAR-100、IDX (MNIST)、每个类别一个文件夹的图像、NPZ、CSV、Parquet 和 SVHN，也可以是 zip、tar 或 tar.gz。',
  '{file} is damaged or something else: expected {expected}, found {found}.':
    '{file} 已损坏或不是所需的文件：应为 {expected}，实为 {found}。',
  'Fetch or make the file again.': '请重新下载或生成该文件。',
  '{file} is refused: {reason}.': '{file} 被拒绝：{reason}。',
  'Nothing of it was added.': '没有添加其中的任何内容。',
  '{file} goes over a limit: at most {most} {what}, found {found}.':
    '{file} 超出限制：最多 {most} {what}，实有 {found}。',
  'Such a file is most often damaged or made to do harm; leave out what is too large.':
    '这样的文件多半已损坏或带有恶意；请去掉过大的部分。',
  'The process that reads files ended unexpectedly ({how}).': '读取文件的进程意外结束 ({how})。',
  'Nothing was added; the file is most likely damaged. Everything else goes on.':
    '没有添加任何内容；文件很可能已损坏。其他一切照常。',
  'The process that reads files did not answer for {seconds} seconds and was ended.':
    '读取文件的进程 {seconds} 秒没有响应，已被终止。',
  'The import {import} is over.': '导入 {import} 已经结束。',
  'Drop the files again.': '请重新拖入文件。',
  'These files were not chosen in this window.': '这些文件不是在此窗口中选择的。',
  'Drop them on the window or choose them with its dialog.': '请将文件拖到窗口，或通过对话框选择。',
  '"{name}" has a validation split, or no training split to take one from.':
    '“{name}”已有验证集划分，或没有可供划分的训练集。',
  'Choose the dataset that it was made of.': '请选择生成它的原数据集。',
  '"{name}" is being imported.': '正在导入“{name}”。',
  'Space is freed once that import is over.': '导入结束后会释放空间。',
  '{file} does not fit {network}: {problem}.': '{file} 与 {network} 不匹配：{problem}。',
  'Choose the network that the weights were made for; images need the same number of channels.':
    '请选择这些权重所属的网络；图像的通道数必须相同。',
  'The run {run} has no checkpoint yet.': '运行 {run} 还没有检查点。',
  'Weights are there from the end of its first epoch on.': '第一轮结束后才有权重。',
  '{path} is there already.': '{path} 已经存在。',
  'Choose another name, or remove it first.': '请换一个名称，或先移除它。',
  'The run {run} needs the removed dataset "{name}".': '运行 {run} 需要已移除的数据集“{name}”。',
  'Empty the trash when it is over, or stop it.': '请在运行结束后清空回收站，或停止该运行。',
  'The dataset "{name}" has no split to train on and one to test on (it has {splits}).':
    '数据集“{name}”缺少训练集或测试集划分（现有 {splits}）。',
  'Add the files again and hold a share of every class out for testing.':
    '请重新添加文件，并从每个类别留出一部分用于测试。',
  'The dataset "{name}" comes with Residua and stays.': '数据集“{name}”为 Residua 内置，不能移除。',
  'Only datasets that were added can be removed.': '只能移除后来添加的数据集。',
  'Something went wrong inside Residua: {message}': 'Residua 内部出错：{message}',
  'This is our fault. Help › Save diagnostics keeps what we need to find it.':
    '这是我们的问题。“帮助 › 保存诊断信息”会保存排查所需的内容。',
  'No batch of that step is kept for run {run}.': '运行 {run} 没有保存该步的批次。',
  'Kept are those of step {known}.': '已保存的批次属于以下各步：{known}。',
  'A batch is kept when its loss is no longer a number; there was none.':
    '损失不再是数值时才会保存批次；没有出现过这种情况。',
  'The replay of run {run} was stopped.': '运行 {run} 的重放已停止。',
  'There is no study "{study}".': '没有研究“{study}”。',
  'Did you mean {near}?': '您是指 {near} 吗？',
  'The command `study list` lists all.': '命令 `study list` 会列出全部。',
  'One run is nothing to compare.': '只有一个运行，无法对比。',
  '{runs} runs of one recipe are nothing to compare.': '同一训练方案的 {runs} 个运行，无法对比。',
  'Choose runs of two recipes or more, trained on one dataset.': '请选择两个或更多训练方案在同一数据集上的运行。',
  'These runs were trained on {first} and {second}.': '这些运行分别在 {first} 和 {second} 上训练。',
  'A study needs one dataset: choose the runs of one of them.': '一项研究只能使用一个数据集：请选择其中之一的运行。',
  'Unknown failure {code}.': '未知错误 {code}。',
};
