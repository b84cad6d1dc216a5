"""``tf.train``: optimizers, schedules, checkpoints, monitored sessions."""

from ..summary.writer import FileWriter as SummaryWriter
from . import averages as _averages
from . import checkpoints as _checkpoints
from . import coordinator as _coordinator
from . import graph_files as _graph_files
from . import hooks as _hooks
from . import meta_graph as _meta_graph
from . import monitored as _monitored
from . import optimizer as _optimizer
from . import optimizers as _optimizers
from . import producers as _producers
from . import saver as _saver
from . import schedules as _schedules
from . import server as _server
from . import steps as _steps
from . import supervisor as _supervisor
from . import warm_start as _warm_start
from .averages import *  # noqa: F403
from .checkpoints import *  # noqa: F403
from .coordinator import *  # noqa: F403
from .graph_files import *  # noqa: F403
from .hooks import *  # noqa: F403
from .meta_graph import *  # noqa: F403
from .monitored import *  # noqa: F403
from .optimizer import *  # noqa: F403
from .optimizers import *  # noqa: F403
from .producers import *  # noqa: F403
from .saver import *  # noqa: F403
from .schedules import *  # noqa: F403
from .server import *  # noqa: F403
from .steps import *  # noqa: F403
from .supervisor import *  # noqa: F403
from .warm_start import *  # noqa: F403

__all__ = ["SummaryWriter"]
__all__ += _averages.__all__
__all__ += _checkpoints.__all__
__all__ += _coordinator.__all__
__all__ += _graph_files.__all__
__all__ += _hooks.__all__
__all__ += _meta_graph.__all__
__all__ += _monitored.__all__
__all__ += _optimizer.__all__
__all__ += _optimizers.__all__
__all__ += _producers.__all__
__all__ += _saver.__all__
__all__ += _schedules.__all__
__all__ += _server.__all__
__all__ += _steps.__all__
__all__ += _supervisor.__all__
__all__ += _warm_start.__all__
