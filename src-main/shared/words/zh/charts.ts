/** Charts: their axes, legends, tables and files; scatter and parallel coordinates. */
export const charts = {
  epoch: '轮',
  'Images seen': '已训练图像',
  'Relative time': '相对时间',
  'time since the start': '开始后的时间',
  'Wall time': '实际时间',
  at: '时刻',
  'Device time': '设备时间',
  'device time': '设备时间',
  'multiply-adds, forward, expected': '期望前向乘加次数',

  'by {axis}': '横轴：{axis}',
  'First, last, lowest and highest of neighbours are drawn; closer in, every point.':
    '相邻数据点只绘制首、末、最低和最高的；放大后绘制每个数据点。',
  '{drawn} of {stored} points': '{stored} 个数据点中的 {drawn} 个',
  'Show all': '显示全部',
  'Show as chart': '以图表显示',
  'Show as table': '以表格显示',
  'Save {name}': '保存{name}',
  'Save as PNG': '保存为 PNG',
  'Save as SVG': '保存为 SVG',
  Legend: '图例',
  'Legend, training is dashed': '图例，虚线为训练',
  '{name} as table': '{name}表格',
  'Every {stride} of {rows} rows; the CSV has them all.': '共 {rows} 行，每 {stride} 行显示一行；CSV 中包含全部。',
  chart: '图表',
  '{name}. Arrow keys read the values; the table shows them all.': '{name}。用方向键读取数值；表格显示全部数值。',
  '{name}. Arrow keys read the values, plus and minus zoom, Shift and arrows move, 0 shows all; the table shows them all.':
    '{name}。用方向键读取数值，加号和减号缩放，Shift 加方向键移动，0 显示全部；表格显示全部数值。',

  Scatter: '散点图',
  'Field across': '横轴字段',
  against: '对',
  'Field up': '纵轴字段',
  '{up} against {across}, {runs} runs': '纵轴 {up}，横轴 {across}，{runs} 个运行',
  'Dashed: what no other run beats in both, less across and less up.':
    '虚线：没有其他运行在两项上都更优（横轴越小越好，纵轴越小越好）。',
  'Dashed: what no other run beats in both, less across and more up.':
    '虚线：没有其他运行在两项上都更优（横轴越小越好，纵轴越大越好）。',
  'No run has both numbers.': '没有运行同时具有这两个数值。',
  'Parallel coordinates': '平行坐标',
  'The runs along {fields}': '各运行沿以下字段的取值：{fields}',

  'Add a run': '添加运行',
  'Add a run…': '添加运行…',
  '{name} (seed {seed})': '{name}（随机种子 {seed}）',
  'Lay runs over each other': '叠加对比运行',
  'Select two or more runs in the list and compare them: curves in one chart, and a table of only what differs.':
    '在列表中选择两个或更多运行进行对比：曲线画在同一张图表中，表格只列出不同之处。',
  'Compare the last two runs': '对比最近两个运行',
  'Go to runs': '前往运行页',
  'No points yet.': '还没有数据点。',
  'Two runs from inside': '两个运行的内部对比',
  'First run': '第一个运行',
  'Second run': '第二个运行',
  and: '与',
  Hide: '收起',
  'The images that one of them alone gets right, their confusion matrices, and their blocks.':
    '只有其中一个识别正确的图像、两者的混淆矩阵，以及各自的残差块。',
  'They were trained on different data: their images cannot be compared.': '两者训练所用的数据不同，无法比较图像。',
};
